// Sizes a picture for the window and hands it to one of the ways; see picture_view.h.
#include "frontend/terminal/picture_view.h"

#include "base/image_info.h"
#include "frontend/svg.h"
#include "frontend/terminal/sixel.h"
#include "sys/files.h"

#include <algorithm>
#include <cmath>

namespace oi {

namespace {

// What is unpacked for a picture on the screen: a quarter of a second's work. Nobody sees more pixels than that in a terminal.
constexpr std::int64_t most_pixels = 24'000'000;
// What a terminal gets as the file it is; larger ones are made as small as they are shown.
constexpr std::size_t most_bytes = 512 * 1024;
constexpr std::size_t most_file_bytes = 64 << 20;
constexpr int longest_side = 4096;
// Of terminals that do not tell. Rather small: a picture may take less than the rows that are kept for it, never more.
constexpr CellSize usual_cell{8, 16};
constexpr Cells least{8, 3};

CellSize cell_of(const PictureTerminal& terminal) { return terminal.cell() == CellSize{} ? usual_cell : terminal.cell(); }

int cells_of(double pixels, int cell) { return std::max(1, static_cast<int>(std::lround(pixels / cell))); }

Drawing inline_drawing(std::string_view file, const Pixels& pixels, Cells box, const PictureTerminal& terminal)
{
    const CellSize cell = cell_of(terminal);
    Drawing out{std::vector<std::string>(static_cast<std::size_t>(box.rows))};
    const double scale = std::min({1.0, double(box.columns) * cell.width / pixels.width, double(box.rows) * cell.height / pixels.height});
    const auto shown = [&] {
        return scaled(pixels, static_cast<int>(std::lround(pixels.width * scale)), static_cast<int>(std::lround(pixels.height * scale)));
    };
    if (terminal.way() == PictureWay::sixel) {
        out.overlay = sixel_of(shown());
        return out;
    }
    const auto mime = image_info(file)->mime;
    const bool is_taken = mime == "image/png" || (mime == "image/jpeg" && terminal.way() == PictureWay::iterm2);
    const bool is_small = file.size() <= most_bytes && std::max(pixels.width, pixels.height) <= longest_side;
    const std::string made = is_taken && is_small ? "" : png_of(shown());
    const std::string_view sent = made.empty() ? file : std::string_view{made};
    out.overlay = terminal.way() == PictureWay::kitty ? kitty_image(sent, box) : iterm2_image(sent, box);
    return out;
}

Result<std::string> read_picture(const std::string& path, std::stop_token stop)
{
    OI_TRY(std::string file, sys::read_file(path, most_file_bytes));
    if (!is_svg(file)) return file;
    return png_of_svg(path, std::move(stop));
}

}  // namespace

Cells fit_picture(int width, int height, CellSize cell, Cells most)
{
    const double scale = std::min({1.0, double(most.columns) * cell.width / width, double(most.rows) * cell.height / height});
    return {std::min(cells_of(width * scale, cell.width), most.columns), std::min(cells_of(height * scale, cell.height), most.rows)};
}

void PictureView::resize(sys::TerminalSize size)
{
    size_ = size;
    terminal_.resize(size);
}

Result<Drawing> PictureJob::make(std::stop_token stop) const
{
    OI_TRY(const std::string file, read_picture(path, std::move(stop)));
    OI_TRY(const Pixels pixels, decode_pixels(file, most_pixels));
    const CellSize cell = cell_of(terminal);
    if (terminal.way() != PictureWay::blocks)
        return inline_drawing(file, pixels, fit_picture(pixels.width, pixels.height, cell, most), terminal);
    // A block shows two by two pixels in a cell that is higher than wide: so small pictures are not made smaller still.
    const CellSize block{2, std::max(2, 2 * cell.height / cell.width)};
    const Cells box = fit_picture(pixels.width, pixels.height, block, most);
    return Drawing{blocks_of(pixels, box.columns, box.rows, terminal.palette())};
}

std::optional<PictureJob> PictureView::job(const std::string& path) const
{
    if (terminal_.way() == PictureWay::off) return {};
    const Cells most = room();
    if (most.columns < least.columns || most.rows < least.rows) return {};
    return PictureJob{path, terminal_, most};
}

bool PictureView::fits(const PictureJob& job) const { return job.most == room(); }

}  // namespace oi
