// Importing CSV; see csv_import.h.
#include "kernel/drivers/csv_import.h"

#include "base/text.h"
#include "kernel/drivers/csv.h"
#include "kernel/drivers/own_driver.h"
#include "sys/files.h"

#include <algorithm>

namespace oi::kernel {

namespace {

enum class Affinity : std::uint8_t { integer, real, text };

Affinity affinity_of(std::string_view value)
{
    // 007 is no number: its zeros mean something.
    const auto digits = value.starts_with('-') ? value.substr(1) : value;
    if (digits.size() > 1 && digits.front() == '0' && digits[1] != '.') return Affinity::text;
    if (to_integer(value)) return Affinity::integer;
    return to_number(value) && value.find_first_of("nN") == std::string_view::npos ? Affinity::real : Affinity::text;
}

std::vector<std::string> columns_of(const SqlDatabase& database, const std::string& table)
{
    std::vector<std::string> names;
    ignore(
        database.run("SELECT name FROM pragma_table_info(?)", {table}, [&](sqlite3_stmt* row) { names.emplace_back(column_text(row, 0)); }),
        "then the table is not there");
    return names;
}

// What holds every value of each column.
std::vector<Affinity> affinities(std::string_view text, std::size_t columns)
{
    constexpr auto unknown = std::uint8_t{0};
    std::vector<std::uint8_t> seen(columns, unknown);
    CsvReader reader{text};
    reader.next();
    while (const auto record = reader.next())
        for (std::size_t i = 0; i < std::min(columns, record->size()); ++i)
            if (!(*record)[i].empty())
                seen[i] = std::max(seen[i], static_cast<std::uint8_t>(1 + static_cast<int>(affinity_of((*record)[i]))));
    std::vector<Affinity> result;
    for (const auto one : seen) result.push_back(one == unknown ? Affinity::text : static_cast<Affinity>(one - 1));
    return result;
}

Result<void> create(const SqlDatabase& database, const std::string& table, const std::vector<std::string>& names,
                    const std::vector<Affinity>& types)
{
    constexpr const char* words[] = {"INTEGER", "REAL", "TEXT"};
    std::vector<std::string> columns;
    for (std::size_t i = 0; i < names.size(); ++i)
        columns.push_back(cat(quote_name(names[i].empty() ? cat("column_", i + 1) : names[i]), " ", words[static_cast<int>(types[i])]));
    return database.run(cat("CREATE TABLE ", quote_name(table), " (", join(columns, ", "), ")"));
}

Result<std::size_t> insert_all(const SqlDatabase& database, CsvReader& reader, const std::string& table, const std::vector<Affinity>& types)
{
    std::string marks;
    for (std::size_t i = 0; i < types.size(); ++i) marks += i > 0 ? ", ?" : "?";
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database.get(), cat("INSERT INTO ", quote_name(table), " VALUES (", marks, ")").c_str(), -1, &raw, nullptr) !=
        SQLITE_OK)
        return fail(ErrorKind::invalid, sqlite3_errmsg(database.get()));
    const SqliteStatement statement{raw};
    std::size_t count = 0;
    while (const auto record = reader.next()) {
        if (OwnDriver::is_interrupted()) return fail(ErrorKind::cancelled, "interrupted");
        if (record->size() != types.size())
            return fail(ErrorKind::invalid,
                        cat("line ", reader.line(), " of the file has ", record->size(), " fields, not ", types.size()));
        for (std::size_t i = 0; i < types.size(); ++i) {
            const auto& value = (*record)[i];
            const int column = static_cast<int>(i) + 1;
            if (value.empty() && types[i] != Affinity::text) sqlite3_bind_null(raw, column);
            else sqlite3_bind_text64(raw, column, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        if (sqlite3_step(raw) != SQLITE_DONE)
            return fail(ErrorKind::invalid, cat("line ", reader.line(), " of the file: ", sqlite3_errmsg(database.get())));
        sqlite3_reset(raw);
        ++count;
    }
    return count;
}

Result<std::string> import_text(SqlDatabase& database, std::string_view text, const std::string& table)
{
    CsvReader reader{text};
    auto names = reader.next();
    if (!names) return fail(ErrorKind::invalid, "the file is empty");
    const auto existing = columns_of(database, table);
    const auto types = affinities(text, names->size());
    if (existing.empty()) {
        OI_CHECK(create(database, table, *names, types));
    } else if (existing.size() != names->size()) {
        return fail(ErrorKind::invalid, cat("the file has ", names->size(), " columns, the table ", table, " has ", existing.size()));
    }
    OI_TRY(const auto count, insert_all(database, reader, table, types));
    return cat(existing.empty() ? "table " : "into table ", table, existing.empty() ? cat(" (", join(*names, ", "), ")") : "", ": ", count,
               count == 1 ? " row" : " rows", " imported\n");
}

}  // namespace

Result<std::string> import_csv(SqlDatabase& database, const std::string& file, const std::string& table)
{
    OI_TRY(const auto text, sys::read_file(sys::absolute(file)));
    OI_CHECK(database.run("SAVEPOINT import"));
    auto told = import_text(database, text, table);
    const char* undo = "ROLLBACK TO import";
    if (!told) ignore(database.run(undo), "an interrupt has undone it already");
    ignore(database.run("RELEASE import"), "the same");
    if (!told) return fail(told.error().kind, cat(file, ": ", told.error().what, "; nothing was imported"));
    return told;
}

}  // namespace oi::kernel
