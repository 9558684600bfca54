// Environment: a variable of the environment, set for as long as this lives; an empty value counts as not set.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace oi::testing {

class Environment {
public:
    Environment(const char* variable, const std::string& value) : variable_{variable}
    {
        if (const char* old = std::getenv(variable)) old_ = old;
        ::setenv(variable, value.c_str(), 1);
    }
    ~Environment()
    {
        if (old_) ::setenv(variable_.c_str(), old_->c_str(), 1);
        else ::unsetenv(variable_.c_str());
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    std::string variable_;
    std::optional<std::string> old_;
};

}  // namespace oi::testing
