// The table of languages, made from languages.def.
#include "kernel/languages.h"

namespace oi {

std::vector<Language> built_in_languages()
{
    return {
#define LANGUAGE(name) language::name(),
#define DOCUMENT(name) language::name(),
#include "kernel/languages.def"
#undef LANGUAGE
    };
}

}  // namespace oi
