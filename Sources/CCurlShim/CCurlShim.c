#include "CCurlShim.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

bool apus_curl_start(void) { return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK; }

CURLcode apus_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

CURLcode apus_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

CURLcode apus_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

CURLcode apus_curl_set_headers(CURL *easy, struct curl_slist *list) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

CURLcode apus_curl_set_error_buffer(CURL *easy, char *buffer) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, buffer);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data) {
    struct apus_curl_hooks *hooks = data;
    return hooks->body(hooks->context, bytes, size * count);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *data) {
    struct apus_curl_hooks *hooks = data;
    return hooks->header(hooks->context, bytes, size * count);
}

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *peer) {
    struct apus_curl_hooks *hooks = data;
    bool permitted = false;
    if (purpose == CURLSOCKTYPE_IPCXN) {
        if (peer->family == AF_INET) {
            struct sockaddr_in address;
            memcpy(&address, &peer->addr, sizeof address);
            permitted = hooks->address(
                hooks->context, (const unsigned char *)&address.sin_addr, 4, ntohs(address.sin_port));
        } else if (peer->family == AF_INET6 && peer->addrlen >= sizeof(struct sockaddr_in6)) {
            struct sockaddr_in6 address;
            memcpy(&address, &peer->addr, sizeof address);
            permitted = hooks->address(
                hooks->context, (const unsigned char *)&address.sin6_addr, 16, ntohs(address.sin6_port));
        }
    }
    if (!permitted) return CURL_SOCKET_BAD;
    return socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

static int before_request(
    void *data, char *peer, char *local, int peer_port, int local_port) {
    struct apus_curl_hooks *hooks = data;
    unsigned char bytes[16];
    size_t count = apus_parse_address(peer, bytes);
    (void)local;
    (void)local_port;
    if (count == 0) return CURL_PREREQFUNC_ABORT;
    return hooks->address(hooks->context, bytes, count, peer_port) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

CURLcode apus_curl_set_hooks(CURL *easy, struct apus_curl_hooks *hooks) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, hooks);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, hooks);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, hooks);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, hooks);
    return code;
}

long apus_curl_response_code(CURL *easy) {
    long value = 0;
    return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &value) == CURLE_OK ? value : 0;
}

curl_off_t apus_curl_retry_after(CURL *easy) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &value) == CURLE_OK ? value : 0;
}

const char *apus_curl_redirect_url(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &value) == CURLE_OK ? value : NULL;
}

CURLMcode apus_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

bool apus_curl_multi_next_done(CURLM *multi, CURL **easy, CURLcode *result) {
    int remaining = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *easy = message->easy_handle;
        *result = message->data.result;
        return true;
    }
    return false;
}

void apus_block_sigpipe(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

size_t apus_parse_address(const char *text, unsigned char bytes[16]) {
    if (text == NULL) return 0;
    if (inet_pton(AF_INET, text, bytes) == 1) return 4;
    char trimmed[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "%");
    if (length >= sizeof trimmed) return 0;
    memcpy(trimmed, text, length);
    trimmed[length] = 0;
    return inet_pton(AF_INET6, trimmed, bytes) == 1 ? 16 : 0;
}
