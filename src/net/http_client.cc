// HttpClient: one transfer on libcurl's multi interface, waiting on its sockets and on the stop request at once.
#include "net/http_client.h"

#include "base/text.h"
#include "net/libcurl.h"
#include "net/proxy.h"
#include "sys/files.h"
#include "sys/wait.h"

#include <algorithm>
#include <array>

namespace oi::net {

namespace {

using sys::Clock;

// The variable that names a file of authorities, and the file.
struct CertificateFile {
    std::string_view variable;
    std::string path;
};
CertificateFile certificate_file()
{
    for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"})
        if (std::string path = sys::environment(name); !path.empty()) return {name, std::move(path)};
    return {};
}

// "name: value\r\n" as a Header; the status line has no colon before its first space.
bool add_header(Headers& headers, std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return false;
    headers.push_back({std::string{trim(line.substr(0, colon))}, std::string{trim(line.substr(colon + 1))}});
    return true;
}

bool is_tls_failure(CURLcode code)
{
    static constexpr std::array codes{
        CURLE_SSL_CONNECT_ERROR,  CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,          CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,         CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_USE_SSL_FAILED,     CURLE_SSL_ENGINE_INITFAILED};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// The state of one transfer: what curl's callbacks see.
struct Transfer {
    const HttpSink& sink;
    HttpHead head;
    bool has_head = false;
    bool has_bytes = false;
    Result<void> result{};  // the sink's refusal
    Clock::time_point last_activity = Clock::now();

    bool end_of_head()
    {
        if (head.status >= 100 && head.status < 200) return true;
        has_head = true;
        if (sink.head) result = sink.head(head);
        return result.has_value();
    }
    bool body(std::string_view bytes)
    {
        if (!has_head && !end_of_head()) return false;
        result = sink.body ? sink.body(bytes) : Result<void>{};
        return result.has_value();
    }
    bool header_line(std::string_view line)
    {
        has_bytes = true;
        if (line.starts_with("HTTP/")) {
            const auto pieces = split(trim(line), ' ');
            head = {.status = static_cast<int>(pieces.size() > 1 ? to_integer(pieces[1]).value_or(0) : 0)};
            return true;
        }
        if (is_blank(line)) return has_head || end_of_head();  // a blank line after trailers, too
        if (!has_head) add_header(head.headers, line);
        return true;
    }
};

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    const bool goes_on = transfer.header_line({bytes, size * count});
    transfer.last_activity = Clock::now();
    return goes_on ? size * count : 0;
}

std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* user)
{
    auto& transfer = *static_cast<Transfer*>(user);
    const bool goes_on = transfer.body({bytes, size * count});
    transfer.last_activity = Clock::now();  // after the sink: its own slowness is not the server's silence
    return goes_on ? size * count : 0;
}

Error tls_error(CURLcode code, std::string_view server, std::string_view words)
{
    const auto has = [&](std::string_view part) { return words.find(part) != std::string_view::npos; };
    Error error{ErrorKind::protocol, cat("TLS with ", server, " failed: ", words)};
    if (const auto file = certificate_file(); code == CURLE_SSL_CACERT_BADFILE && !file.path.empty())
        error.hint = cat(file.variable, " names ", file.path, ", which is no readable file of certificates");
    else if (has("expired")) error.hint = "check this computer's clock; if it is right, the server's certificate must be renewed";
    else if (has("not yet valid")) error.hint = "check this computer's clock";
    else if (has("subject name")) error.hint = "check --api_base: the certificate is another host's";
    else error.hint = "is it https? for an authority of your own set SSL_CERT_FILE=FILE";
    return error;
}

// `connect_status`: what a proxy answered when it was asked for a connection; 0: nothing.
Error as_error(CURLcode code, const std::string& detail, const HttpRequest& request, const Transfer& transfer, long connect_status)
{
    const std::string server = without_credentials(origin_of(request.url));
    const std::string_view words = detail;
    const bool has_proxy = !proxy_for(request.url).empty();
    if (connect_status >= 300 && !transfer.has_bytes) return proxy_refusal(static_cast<int>(connect_status), request.url);
    if (has_proxy && words.starts_with("Proxy CONNECT")) code = CURLE_PROXY;
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        if (has_proxy)
            return {ErrorKind::network, cat("no connection to ", server, " through ", proxy_name(request.url), ": ", words),
                    "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY"};
        // A server of this machine that is not there will not be there in a second either.
        if (is_loopback(host_of(request.url)))
            return {ErrorKind::not_found, cat("no connection to ", server, ": ", words), "is the server running? --api_base names another"};
        return {ErrorKind::network, cat("no connection to ", server, ": ", words), "check the address and the network"};
    case CURLE_COULDNT_RESOLVE_HOST:
        return {ErrorKind::network, cat("the host ", host_of(request.url), " is not known: ", words), "check --api_base and the network"};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return {ErrorKind::network, cat(proxy_name(request.url), " on the way to ", server, " failed: ", words),
                "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY"};
    case CURLE_UNSUPPORTED_PROTOCOL:
        if (request.url.starts_with("http")) break;  // of the answer: HTTP/0.9, which means anything at all
        [[fallthrough]];
    case CURLE_URL_MALFORMAT:
        return {ErrorKind::invalid, cat("no usable address: ", without_credentials(request.url)),
                "an address looks like http://localhost:8000/v1"};
    case CURLE_OPERATION_TIMEDOUT:
        return {ErrorKind::network, cat("no connection to ", server, " within ", request.connect_timeout.count() / 1000.0, " s"),
                "check the address and the network"};
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return {ErrorKind::network,
                code == CURLE_PARTIAL_FILE ? cat(server, " cut the reply in the middle")
                : transfer.has_bytes       ? cat(server, " cut the reply in the middle: ", words)
                                           : cat(server, " closed the connection without an answer: ", words),
                transfer.has_bytes ? "what came is kept; ask it to go on" : "try again"};
    default: break;
    }
    if (is_tls_failure(code)) return tls_error(code, server, words);
    return {ErrorKind::protocol, cat(server, " did not speak proper HTTP: ", words), "check --api_base"};
}

}  // namespace

// The handles of libcurl that outlive a transfer, with the open connection in them.
class HttpClient::Connection {
public:
    explicit Connection(const Libcurl& curl) : curl_{curl}, multi_{curl.multi_init()}, easy_{curl.easy_init()} {}
    ~Connection()
    {
        curl_.easy_cleanup(easy_);
        curl_.multi_cleanup(multi_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> send(const HttpRequest& request, const HttpSink& sink, std::stop_token stop)
    {
        Transfer transfer{.sink = sink};
        curl_slist* headers = header_list(request);
        error_words_[0] = '\0';
        configure(request, headers, transfer);
        curl_.multi_add_handle(multi_, easy_);
        auto result = run(request, transfer, sys::StopSignal{std::move(stop)});
        if (request.facts) *request.facts = facts();
        curl_.multi_remove_handle(multi_, easy_);  // of an unfinished transfer: closes its socket
        curl_.easy_reset(easy_);
        curl_.slist_free_all(headers);
        return result;
    }

private:
    curl_slist* header_list(const HttpRequest& request) const
    {
        curl_slist* list = nullptr;
        for (const auto& header : request.headers) list = curl_.slist_append(list, cat(header.name, ": ", header.value).c_str());
        // A compressed stream may be held back to fill a block; what comes compressed all the same is unpacked.
        list = curl_.slist_append(list, "Accept-Encoding: identity");
        return curl_.slist_append(list, "Expect:");
    }

    double milliseconds(CURLINFO time) const
    {
        double seconds = 0;
        curl_.easy_getinfo(easy_, time, &seconds);
        return seconds > 0 ? seconds * 1000 : -1;
    }

    ConnectionFacts facts() const
    {
        ConnectionFacts facts{.resolved = milliseconds(CURLINFO_NAMELOOKUP_TIME),
                              .connected = milliseconds(CURLINFO_CONNECT_TIME),
                              .secured = milliseconds(CURLINFO_APPCONNECT_TIME),
                              .answered = milliseconds(CURLINFO_STARTTRANSFER_TIME)};
        if (const char* address = nullptr; curl_.easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address) == CURLE_OK && address)
            facts.address = address;
        curl_certinfo* chain = nullptr;
        if (curl_.easy_getinfo(easy_, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs == 0) return facts;
        for (const curl_slist* entry = chain->certinfo[0]; entry; entry = entry->next) {
            const std::string_view field = entry->data;
            if (field.starts_with("Issuer:")) facts.issuer = field.substr(7);
            if (field.starts_with("Expire date:")) facts.expires = field.substr(12);
        }
        return facts;
    }

    template <class Value>
    void set(CURLoption option, Value value)
    {
        curl_.easy_setopt(easy_, option, value);
    }

    void configure(const HttpRequest& request, curl_slist* headers, Transfer& transfer)
    {
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        if (request.method == "POST") {
            set(CURLOPT_POST, 1L);
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
            set(CURLOPT_POSTFIELDS, request.body.data());
        } else {
            set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        }
        set(CURLOPT_HTTPHEADER, headers);
        set(CURLOPT_USERAGENT, "open-interpreter");
        set(CURLOPT_ACCEPT_ENCODING, "");
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
        set(CURLOPT_ERRORBUFFER, error_words_.data());
        set(CURLOPT_HEADERFUNCTION, &on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
        set(CURLOPT_WRITEFUNCTION, &on_body);
        set(CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
        if (request.facts) set(CURLOPT_CERTINFO, 1L);
        set(CURLOPT_PROXY, proxy_for(request.url).c_str());  // "" is none
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);           // the proxy's head is not the server's
        if (!request.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
        if (const auto file = certificate_file(); !file.path.empty()) set(CURLOPT_CAINFO, file.path.c_str());
    }

    Result<void> run(const HttpRequest& request, Transfer& transfer, const sys::StopSignal& stop)
    {
        curl_waitfd stop_fd{stop.fd(), CURL_WAIT_POLLIN, 0};
        for (int running = 1;;) {
            curl_.multi_perform(multi_, &running);
            if (!transfer.result) return transfer.result;
            if (running == 0) return finished(request, transfer);
            const auto patience = transfer.sink.patience ? transfer.sink.patience() : std::nullopt;
            const auto limit = std::min(patience.value_or(request.idle_timeout), request.idle_timeout);
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(transfer.last_activity + limit - Clock::now());
            if (left.count() <= 0 && patience) return {};
            if (left.count() <= 0) return silence(request, transfer);
            stop_fd.revents = 0;
            curl_.multi_poll(multi_, &stop_fd, 1, static_cast<int>(std::min<long long>(left.count(), 1 << 30)), nullptr);
            if (stop_fd.revents != 0) return fail(ErrorKind::cancelled, "stopped");
        }
    }

    Result<void> finished(const HttpRequest& request, Transfer& transfer)
    {
        int left = 0;
        const CURLMsg* message = curl_.multi_info_read(multi_, &left);
        const CURLcode code = message ? message->data.result : CURLE_RECV_ERROR;
        if (code == CURLE_OK && transfer.has_head) return {};
        if (code == CURLE_OK)
            return fail(ErrorKind::network,
                        cat(without_credentials(origin_of(request.url)), " closed the connection in the middle of the reply's head"),
                        "try again");
        long connect_status = 0;
        curl_.easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &connect_status);
        return Fail{as_error(code, error_words_[0] ? error_words_.data() : curl_.easy_strerror(code), request, transfer, connect_status)};
    }

    static Fail silence(const HttpRequest& request, const Transfer& transfer)
    {
        return fail(ErrorKind::timeout,
                    cat(without_credentials(origin_of(request.url)),
                        transfer.has_bytes ? " stopped in the middle of its reply: nothing came for " : " did not answer within ",
                        static_cast<double>(request.idle_timeout.count()) / 1000.0, " s"));
    }

    const Libcurl& curl_;
    CURLM* multi_;
    CURL* easy_;
    std::array<char, CURL_ERROR_SIZE> error_words_{};
};

HttpClient::HttpClient() = default;
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<void> HttpClient::send(const HttpRequest& request, const HttpSink& sink, std::stop_token stop)
{
    if (!connection_) {
        OI_TRY(const Libcurl* curl, libcurl());
        connection_ = std::make_unique<Connection>(*curl);
    }
    return connection_->send(request, sink, std::move(stop));
}

Result<HttpResponse> HttpClient::fetch(const HttpRequest& request, std::stop_token stop, std::size_t limit)
{
    return net::fetch([this](const auto&... arguments) { return send(arguments...); }, request, std::move(stop), limit);
}

std::string authorities_file() { return certificate_file().path; }

Send http_sender()
{
    return [client = std::make_shared<HttpClient>()](const auto&... arguments) { return client->send(arguments...); };
}

Result<HttpResponse> fetch(const Send& send, const HttpRequest& request, std::stop_token stop, std::size_t limit)
{
    HttpResponse response;
    HttpSink sink;
    sink.head = [&](const HttpHead& head) -> Result<void> {
        response.status = head.status;
        response.headers = head.headers;
        return {};
    };
    sink.body = [&](std::string_view bytes) -> Result<void> {
        response.body += bytes.substr(0, limit - std::min(limit, response.body.size()));
        return {};
    };
    OI_CHECK(send(request, sink, std::move(stop)));
    return response;
}

}  // namespace oi::net
