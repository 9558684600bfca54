// stream: prints what a model says and what its code prints as it comes, and stops both when the code prints a word.
//
//     stream MODEL WORDS [WORD]
#include <interpreter/interpreter.h>

#include <iostream>

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::cerr << "usage: stream MODEL WORDS [WORD]\n";
        return 2;
    }
    const std::string stop_at = argc > 3 ? argv[3] : "";
    try {
        interpreter::Session session{{.settings = {{"model", argv[1]}, {"auto_run", "true"}}}};
        for (const auto& chunk : session.stream(argv[2])) {
            using enum interpreter::Chunk::Mark;
            if (chunk.mark == start) std::cout << '[' << chunk.role << ' ' << chunk.type << "]\n";
            else if (chunk.mark == end) std::cout << '\n';
            else if (chunk.format != "active_line" && chunk.type != "confirmation") std::cout << chunk.content << std::flush;
            // Leaving the loop stops the model and the code.
            if (!stop_at.empty() && chunk.format == "output" && chunk.content.find(stop_at) != std::string::npos) break;
        }
        std::cout << "\n" << session.messages().size() << " messages\n";
    } catch (const interpreter::Error& error) {
        std::cerr << "stream: " << error.what() << '\n';
        return 1;
    }
}
