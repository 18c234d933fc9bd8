#ifndef APUS_CCURLSHIM_H
#define APUS_CCURLSHIM_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/// What a transfer calls back into: Swift cannot write the variadic setters or read socket addresses safely.
///
/// The structure must outlive the easy handle that it is installed in.
struct apus_curl_hooks {
    void *context;
    /// Takes bytes of a body; returns the count taken, anything else aborts.
    size_t (*body)(void *context, const char *bytes, size_t count);
    /// Takes one header line with its line end; returns the count taken.
    size_t (*header)(void *context, const char *line, size_t count);
    /// Says whether a peer may be talked to: 4 or 16 bytes of an address in network order.
    bool (*address)(void *context, const unsigned char *address, size_t count, int port);
};

/// Prepares libcurl for use by several threads.
bool apus_curl_start(void);

CURLcode apus_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode apus_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode apus_curl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode apus_curl_set_headers(CURL *easy, struct curl_slist *list);
CURLcode apus_curl_set_error_buffer(CURL *easy, char *buffer);
/// Installs the callbacks; sockets are opened here, after the address was permitted.
CURLcode apus_curl_set_hooks(CURL *easy, struct apus_curl_hooks *hooks);

long apus_curl_response_code(CURL *easy);
/// Seconds that the answer asks to wait before another request, 0 where it says nothing.
curl_off_t apus_curl_retry_after(CURL *easy);
/// The absolute URL that a redirect points at; owned by the handle.
const char *apus_curl_redirect_url(CURL *easy);

CURLMcode apus_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
/// Takes the next finished transfer; false where there is none.
bool apus_curl_multi_next_done(CURLM *multi, CURL **easy, CURLcode *result);

/// Keeps SIGPIPE away from the calling thread: TLS libraries write to sockets without MSG_NOSIGNAL.
void apus_block_sigpipe(void);

/// Writes an address in text form as 4 or 16 bytes in network order; returns their count, 0 where it is none.
size_t apus_parse_address(const char *text, unsigned char bytes[16]);

#endif
