// Importing CSV files into tables.
#pragma once

#include "kernel/drivers/sql_database.h"

namespace oi::kernel {

// Reads a CSV file (separated by , ; | or tabs, with a line of names) into a table, all or nothing, and says what it did. A new
// table gets the names as columns, and the types that hold every value of them; a table that is there needs as many columns.
Result<std::string> import_csv(SqlDatabase& database, const std::string& file, const std::string& table);

}  // namespace oi::kernel
