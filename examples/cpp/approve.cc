// approve: asks on the terminal before code runs: y runs it, n and words refuse it and tell the model why.
//
//     approve MODEL WORDS
#include <interpreter/interpreter.h>

#include <iostream>

namespace {

// Called for each event; what it returns goes back to the session.
std::optional<interpreter::Op> answer(const interpreter::Event& event)
{
    using interpreter::Decide;
    const auto* asked = std::get_if<interpreter::ApprovalAsked>(&event);
    if (!asked) return {};
    std::cout << asked->language << " wants to run in " << asked->folder << ":\n" << asked->code << '\n';
    for (const auto& hint : asked->hints) std::cout << "  it " << hint << '\n';
    std::cout << "run it (y), or why not? " << std::flush;
    std::string line;
    std::getline(std::cin, line);
    if (line == "y") return Decide{.id = asked->id, .verdict = Decide::Verdict::run};
    return Decide{.id = asked->id, .verdict = Decide::Verdict::refuse, .reason = line};
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::cerr << "usage: approve MODEL WORDS\n";
        return 2;
    }
    try {
        interpreter::Session session{{.settings = {{"model", argv[1]}}}};
        for (const auto& message : session.chat(argv[2], answer))
            if (message.type != "code") std::cout << message.role << ": " << message.content << '\n';
    } catch (const interpreter::Error& error) {
        std::cerr << "approve: " << error.what() << '\n';
        return 1;
    }
}
