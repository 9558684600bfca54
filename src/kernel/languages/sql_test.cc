// What a person expects of SQL cells beyond what every language does.
#include "base/text.h"
#include "kernel/kernel_fixture.h"
#include "kernel/samples.h"
#include "sys/files.h"

#include <fstream>
#include <sqlite3.h>

namespace oi::kernel_tests {
const Samples& sql_samples()
{
    static const Samples samples{
        .set_state = "CREATE TABLE IF NOT EXISTS answers AS SELECT 42 AS n;",
        .get_state = ".values SELECT n FROM answers;",
        .ordered = ".print 1\n.values SELECT 2;\n.print 3",
        .fails = "-- a view of nothing\nCREATE VIEW IF NOT EXISTS v AS SELECT * FROM missing;\nSELECT * FROM v;",
        .failure = "line 3: no such table: main.missing\n",
        .endless = ".print go\nWITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;",
        .flood =
            ".values WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 20000)\n"
            "SELECT substr(replace(hex(zeroblob(5000)), '0', 'x'), 1, 9999) FROM c;",
        .huge_line = ".values SELECT replace(hex(zeroblob(2500000)), '0', 'x');",
        .malformed = "SELEC 1;",
        .third_line = "\n-- nothing\nSELECT 1;",
        .cannot = {"waits", "stubborn_child", "no_newline", "dies", "exits", "reads_input", "holder", "bytes", "folder", "variable",
                   "spawn_jobs", "reads_line"},
    };
    return samples;
}

namespace {

class Sql : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(session_.start()); }
    std::string output(std::string code) { return session_.output(std::move(code)); }
    void file(const std::string& name, const std::string& text) { std::ofstream{session_.folder() + "/" + name} << text; }

    Session session_{"sql"};
};

TEST_F(Sql, ShowsATableAsTextAndAsHtml)
{
    const auto outcome = session_.run(
        "CREATE TABLE people (id INTEGER, name TEXT, height REAL);\n"
        "INSERT INTO people VALUES (1, 'Ada', 1.65), (20, 'Bo & <Co>\nline', NULL);\nSELECT * FROM people;");
    EXPECT_EQ(outcome.output,
              "2 rows changed\n"
              "id  name             height\n"
              "--  ---------------  ------\n"
              " 1  Ada                1.65\n"
              "20  Bo & <Co>\\nline    NULL\n"
              "(2 rows)\n");
    ASSERT_EQ(outcome.rich.size(), 1U);
    EXPECT_EQ(outcome.rich[0].content,
              "<table>\n<thead><tr><th>id</th><th>name</th><th>height</th></tr></thead>\n<tbody>\n"
              "<tr><td align=\"right\">1</td><td>Ada</td><td align=\"right\">1.65</td></tr>\n"
              "<tr><td align=\"right\">20</td><td>Bo &amp; &lt;Co&gt;\nline</td><td>NULL</td></tr>\n"
              "</tbody>\n</table>\n<p>(2 rows)</p>\n");
    EXPECT_EQ(outcome.lines, (std::vector{1, 2, 4}));
}

TEST_F(Sql, CutsWhatIsLongAndCountsTheRest)
{
    const auto told =
        output("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 2500)\nSELECT i, printf('%.100c', 'x') AS x FROM c;");
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1003);
    EXPECT_TRUE(told.ends_with("(the first 1000 of 2500 rows)\n")) << told.substr(told.size() - 60);
    EXPECT_NE(told.find("   1  " + std::string(59, 'x') + "…\n"), std::string::npos) << told.substr(0, 300);
    EXPECT_EQ(output("SELECT 1 AS one WHERE 0;"), "one\n---\n(no rows)\n");
    EXPECT_EQ(output("SELECT x'00ff' AS b, '€' AS e;"), "b        e\n-------  -\nx'00ff'  €\n(1 row)\n");
}

TEST_F(Sql, AnErrorNamesItsLineAndWhatWasNotRun)
{
    EXPECT_EQ(output(".print one\n\nSELECT 1 +\n  nonsense;\nSELECT 2;"),
              "one\nline 4: no such column: nonsense\nwhat comes after it was not run\n");
    EXPECT_EQ(output(".tabels"), "line 1: .tabels: there is no such command (.help lists them)\n");
    EXPECT_EQ(output("INSERT INTO missing VALUES (1);"), "line 1: no such table: missing\n");
}

TEST_F(Sql, AnOpenTransactionStaysOpenAndIsSaid)
{
    const std::string note = "a transaction is open: COMMIT keeps its changes, ROLLBACK drops them\n";
    EXPECT_EQ(output("CREATE TABLE t(x);\nBEGIN;\nINSERT INTO t VALUES (1);"), "1 row changed\n" + note);
    EXPECT_EQ(output(".values SELECT count(*) FROM t;"), "1\n" + note);
    EXPECT_EQ(output("ROLLBACK;"), "");
    EXPECT_EQ(output(".values SELECT count(*) FROM t;"), "0\n");
    output("BEGIN; INSERT INTO t VALUES (1);");
    const auto stopped =
        session_.run_and_stop(".print go\nINSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;");
    ASSERT_TRUE(stopped.error);
    // SQLite drops the transaction when the statement has written already.
    EXPECT_TRUE(stopped.output == "go\n" + note || stopped.output == "go\nthe open transaction was rolled back\n") << stopped.output;
    output("ROLLBACK;");
    EXPECT_EQ(output(".values SELECT count(*) FROM t;"), "0\n");
}

TEST_F(Sql, AnInterruptBeforeAStatementsFirstStepIsNotLost)
{
    output("CREATE TABLE t(x);");
    // So long that the stop, which comes with the first output, finds it still being parsed.
    const auto stopped = session_.run_and_stop(".print go\nWITH /*" + std::string(40 << 20, '-') +
                                               "*/ RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;");
    ASSERT_TRUE(stopped.error);
    EXPECT_EQ(output(".values SELECT count(*) FROM t;"), "0\n");
}

TEST_F(Sql, WorksOnFiles)
{
    const std::string path = session_.folder() + "/own.db";
    output("CREATE TABLE in_memory(x);");
    EXPECT_EQ(output(".open own.db\nCREATE TABLE t AS SELECT 7 AS x;"), "new database " + path + ": 0 tables\n");
    EXPECT_EQ(output(".tables"), "schema  name  type   columns\n------  ----  -----  -------\nmain    t     table        1\n(1 row)\n");
    EXPECT_EQ(output(".schema t"), "CREATE TABLE t(x);\n");
    EXPECT_EQ(output(".open\n.values SELECT count(*) FROM in_memory;"), "database :memory:: 1 table\n0\n");
    EXPECT_EQ(output("-- database: own.db\n.values SELECT x FROM t;"), "7\n");
    EXPECT_EQ(output("BEGIN;\n.open :memory:"), "line 2: .open: :memory:: not opened, a transaction is open in " + path +
                                                    " (COMMIT or ROLLBACK it first)\n"
                                                    "a transaction is open: COMMIT keeps its changes, ROLLBACK drops them\n");
    file("text.db", "this is no database, but long enough to look at");
    EXPECT_EQ(output("ROLLBACK;\n.open text.db"), "line 2: .open: " + session_.folder() + "/text.db: file is not a database\n");
    EXPECT_EQ(output(".values SELECT x FROM t;"), "7\n");
    EXPECT_NE(output(".open /nowhere/at/all.db").find("unable to open database file"), std::string::npos);
}

TEST_F(Sql, SaysThatAnotherProgramHasLockedTheFile)
{
    const std::string path = session_.folder() + "/own.db";
    output(".open own.db\nCREATE TABLE t(x);");
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto stopped = session_.run_and_stop(".print go\nINSERT INTO t VALUES (1);");
    ASSERT_TRUE(stopped.error);
    EXPECT_LT(stopped.took, 200ms);
    const auto waited = session_.run("INSERT INTO t VALUES (1);");
    EXPECT_EQ(waited.output, "line 1: database is locked\n");
    EXPECT_GT(waited.took, 4s);
    sqlite3_close(other);
    EXPECT_EQ(output("INSERT INTO t VALUES (1);"), "1 row changed\n");
}

TEST_F(Sql, ImportsCsv)
{
    file("a.csv", "\xEF\xBB\xBFid;name;score;code\r\n1;\"Ada; \"\"Countess\"\"\";1.5;007\r\n2;Bob;;010\r\n");
    EXPECT_EQ(output(".import a.csv scores"), "table scores (id, name, score, code): 2 rows imported\n");
    EXPECT_EQ(output(".schema scores"), "CREATE TABLE \"scores\" (\"id\" INTEGER, \"name\" TEXT, \"score\" REAL, \"code\" TEXT);\n");
    EXPECT_EQ(output(".values SELECT id + 1, name, score IS NULL, code FROM scores;"), "2|Ada; \"Countess\"|0|007\n3|Bob|1|010\n");
    EXPECT_EQ(output(".import a.csv scores\n.values SELECT count(*) FROM scores;"), "into table scores: 2 rows imported\n4\n");
    file("b.csv", "a,b\n1,2\n3\n");
    EXPECT_EQ(output(".import b.csv broken"), "line 1: .import: b.csv: line 3 of the file has 1 fields, not 2; nothing was imported\n");
    EXPECT_EQ(output(".schema broken"), "line 1: .schema: no table broken\n");
    EXPECT_NE(output(".import none.csv t").find("none.csv: No such file"), std::string::npos);
}

TEST_F(Sql, ShowsBytesAsTheyAreInBareValues)
{
    EXPECT_EQ(output(".values SELECT CAST(x'61ff62' AS TEXT);"),
              "a\xEF\xBF\xBD"
              "b\n");
    EXPECT_EQ(output(".values SELECT x'610062';"), (std::string{"a\0b\n", 4}));
}

TEST_F(Sql, EveryCommandThatIsListedWorksAndQuitDoesNotEndTheSession)
{
    output("CREATE TABLE t(x);");
    const auto help = output(".help");
    for (const char* name : {".open", ".tables", ".schema", ".import", ".values", ".print", ".help", "-- database:"})
        EXPECT_NE(help.find(name), std::string::npos) << name;
    EXPECT_EQ(output(".mode column\n.headers on\n.quit"), "the session goes on: it ends with the conversation\n");
    EXPECT_EQ(output(".values SELECT count(*) FROM t;"), "0\n");
}

}  // namespace
}  // namespace oi::kernel_tests
