// Mask: takes the keys out of what is to be kept: headers, addresses, texts.
#pragma once

#include "net/http.h"

#include <string>
#include <string_view>
#include <vector>

namespace oi::llm {

// Whether a header of that name holds a key, a token or a signature.
bool is_secret_header(std::string_view name);

// What the environment holds under names like ..._KEY or ..._TOKEN, when it is as long as keys are.
std::vector<std::string> secrets_of_environment();

class Mask {
public:
    // A secret shorter than 8 bytes is masked only where headers and addresses hold it: as a text it may be any word.
    explicit Mask(const std::vector<std::string>& secrets);

    net::Header header(const net::Header& header) const;
    std::string url(std::string_view url) const;  // without credentials and the values of key=, token= and their like
    std::string text(std::string text) const;
    // How many bytes at the end of a text may begin a secret that goes on in the next piece.
    std::size_t unfinished(std::string_view text) const;

private:
    std::vector<std::string> secrets_;
};

}  // namespace oi::llm
