// DocumentKernel: a Kernel without a session, for languages whose cells are pages: shown to the person, seen by the model.
#pragma once

#include "core/kernel.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace oi::kernel {

// Makes a page, whole in itself, of a cell. ErrorKind::invalid: the cell is at fault; unsupported: it cannot be made here. Both are
// output for the model.
using MakePage = std::function<Result<std::string>(const Host&, const std::string& code, const std::stop_token&)>;

class DocumentKernel : public Kernel {
public:
    static Result<std::unique_ptr<Kernel>> start(Host host, MakePage make_page);

    // Emits, in this order: a note for the model that the person sees the page, the page for the person, and, when there is a
    // Chromium, a screenshot for the model with what the page wrote to its console; else what is missing, once.
    Result<void> run(const Cell& cell, const ChunkSink& sink, RunControl control) override;

private:
    DocumentKernel(Host host, MakePage make_page) : host_{std::move(host)}, make_page_{std::move(make_page)} {}
    Result<void> show_screenshot(const std::string& page, const ChunkSink& sink, const std::stop_token& stop);

    Host host_;
    MakePage make_page_;
    bool is_missing_told_ = false;
};

}  // namespace oi::kernel
