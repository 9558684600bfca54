"""The line that says what a turn cost."""


def test_a_turn_ends_with_a_line_of_tokens_and_cost(case):
    window = case.terminal("@usage 1234 340 0.0042\nHello.\n---\n@usage 2000 100 0.01\nAgain.\n", "hi")
    page = window.wait(r"\$0\.004\n\n>$")
    assert page.count("$") == 1 and "  Hello.\n  1.2k in \u00b7 340 out \u00b7 $0.004\n" in page, page
    window.type("on")
    window.keys("Enter")
    window.wait(r"2\.0k in \u00b7 100 out \u00b7 \$0\.010 \(conversation \$0\.014\)\n\n>$")


def test_no_usage_no_line(case):
    window = case.terminal("Hello.\n", "hi")
    page = window.wait(r"Hello\.\n\n>$")
    assert "\u00b7" not in page, page
