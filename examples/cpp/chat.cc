// chat: says one thing to a model, lets its code run, and prints all that was said.
//
//     chat MODEL WORDS...        for instance: chat gpt-4o "how many files are in this folder?"
#include <interpreter/interpreter.h>

#include <iostream>

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::cerr << "usage: chat MODEL WORDS...\n";
        return 2;
    }
    std::string words = argv[2];
    for (int i = 3; i < argc; ++i) words += std::string{" "} + argv[i];
    try {
        // auto_run: nobody is asked before code runs. See approve.cc for the other way.
        interpreter::Session session{{.settings = {{"model", argv[1]}, {"auto_run", "true"}}}};
        for (const auto& message : session.chat(words)) {
            std::cout << message.role << ' ' << message.type;
            if (!message.format.empty()) std::cout << " (" << message.format << ')';
            std::cout << ":\n" << message.content << "\n\n";
        }
        std::cout << session.usage().output_tokens << " tokens\n";
    } catch (const interpreter::Error& error) {
        std::cerr << "chat: " << error.what() << '\n';
        return 1;
    }
}
