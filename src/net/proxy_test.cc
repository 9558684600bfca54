// Which proxy the environment names, and how it is named to people.
#include "net/proxy.h"

#include "testing/environment.h"

#include <gtest/gtest.h>

namespace oi::net {

using testing::Environment;

TEST(Proxy, IsChosenByTheSchemeAndSmallLettersCountFirst)
{
    const Environment none[] = {{"http_proxy", ""}, {"HTTP_PROXY", ""}, {"all_proxy", ""}};
    const Environment small{"https_proxy", "http://small:1"};
    const Environment large{"HTTPS_PROXY", "http://large:1"};
    const Environment all{"ALL_PROXY", "socks5h://all:1"};
    EXPECT_EQ(proxy_for("https://vendor.test/v1"), "http://small:1");
    EXPECT_EQ(proxy_for("http://vendor.test/v1"), "socks5h://all:1");
    const Environment unset{"https_proxy", ""};
    EXPECT_EQ(proxy_for("https://vendor.test/v1"), "http://large:1");
}

TEST(Proxy, IsNeverUsedForLoopback)
{
    const Environment all{"ALL_PROXY", "http://proxy.test:1"};
    for (const auto* url : {"http://localhost:8000/v1", "https://127.0.0.1/", "http://[::1]:11434"}) EXPECT_EQ(proxy_for(url), "") << url;
}

TEST(Proxy, OfACgiProgramIsNotTakenFromWhoAsks)
{
    const Environment none{"http_proxy", ""};
    const Environment proxy{"HTTP_PROXY", "http://evil.test:1"};
    EXPECT_EQ(proxy_for("http://vendor.test"), "http://evil.test:1");
    const Environment cgi{"REQUEST_METHOD", "GET"};
    EXPECT_NE(proxy_for("http://vendor.test"), "http://evil.test:1");
}

TEST(Proxy, IsNamedWithoutItsPassword)
{
    const Environment proxy{"https_proxy", "http://ada:gehe@im@proxy.test:3128/path"};
    EXPECT_EQ(proxy_name("https://vendor.test"), "the proxy http://proxy.test:3128");
    EXPECT_EQ(proxy_refusal(403, "https://vendor.test/v1").what,
              "the proxy http://proxy.test:3128 does not let requests to vendor.test pass: 403 Forbidden");
    EXPECT_EQ(proxy_refusal(502, "https://vendor.test/v1").kind, ErrorKind::network);
}

}  // namespace oi::net
