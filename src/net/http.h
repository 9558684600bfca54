// HTTP in plain values: what a request holds, what a reply starts with. No library shows through.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace oi::net {

struct Header {
    std::string name;
    std::string value;
    bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

// The value of the first header of that name (case does not matter), or "".
std::string_view find_header(const Headers& headers, std::string_view name);

// How the connection of a transfer came about. Times in milliseconds since the request; below 0: it did not come to that.
struct ConnectionFacts {
    double resolved = -1;
    double connected = -1;
    double secured = -1;  // TLS is agreed on
    double answered = -1;
    std::string address;  // of the server, or of the proxy
    std::string issuer;   // of the certificate; empty: no TLS, or not known
    std::string expires;
};

struct HttpRequest {
    std::string method = "POST";
    std::string url;
    std::string unix_socket;  // a path: the connection goes there, the host of the URL is only a name. Empty: to the host
    Headers headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{15'000};
    std::chrono::milliseconds idle_timeout{120'000};  // longest silence while the reply is awaited or arrives
    ConnectionFacts* facts = nullptr;                 // filled in when the transfer ends, well or badly; may be null
};

// Status and headers, before the body.
struct HttpHead {
    int status = 0;
    Headers headers;
};

// A whole reply, for those that are small: failures above all.
struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

// The part of a URL before its path: "http://localhost:8000".
std::string_view origin_of(std::string_view url);
// The URL without a name and password in it, as people may see it.
std::string without_credentials(std::string_view url);
// The host alone, without port, brackets or credentials.
std::string_view host_of(std::string_view url);
// The host with its port, as curl sends it in the header Host: without the scheme's own port.
std::string_view authority_of(std::string_view url);
// `text` as a part of a path or query: all but letters, digits and -._~ as %XX (RFC 3986); bytes of `more` stay, too.
std::string percent_encoded(std::string_view text, std::string_view more = {});
// localhost, 127.0.0.0/8 or ::1.
bool is_loopback(std::string_view host);

// "Too Many Requests" for 429; "" for a status without a name (RFC 9110).
std::string_view status_name(int status);

}  // namespace oi::net
