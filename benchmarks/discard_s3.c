/* An S3 endpoint over TLS that takes everything and keeps almost nothing.
 *
 *     discard_s3 CERTIFICATE KEY [BYTES_PER_SECOND]
 *
 * Listens on a free port of 127.0.0.1, prints that port as a line, and ends when its standard
 * input ends. Objects are sizes, etags and x-amz-meta-* headers; bodies of up to KEPT_BYTES can be
 * read again, larger ones are dropped as they arrive. Everybody may do everything: signatures are
 * not looked at. One thread per connection. BYTES_PER_SECOND is shared by all connections.
 *
 * It is written in C because it runs on the same cores as the program that is measured. What it
 * does not do: virtual-host addressing, versions, checksums, more than one page of parts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { KEPT_BYTES = 64 << 10, FRAMING = 4 << 10 }; /* the second is for what chunks add */
enum { MOST_PARTS = 10000, MOST_PAIRS = 96, PAGE_KEYS = 1000 };
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define NAMESPACE " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

/* ---- Text that grows ------------------------------------------------------------------------ */

typedef struct {
    char *data; /* ends with a NUL as soon as something was added */
    size_t length, room;
} Text;

static void add(Text *text, const char *data, size_t length) {
    if (text->length + length + 1 > text->room) {
        text->room = 2 * (text->length + length + 1);
        text->data = realloc(text->data, text->room);
    }
    memcpy(text->data + text->length, data, length);
    text->length += length;
    text->data[text->length] = 0;
}

static void add_text(Text *text, const char *more) { add(text, more, strlen(more)); }

__attribute__((format(printf, 2, 3))) static void addf(Text *text, const char *format, ...) {
    char *made;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&made, format, arguments);
    va_end(arguments);
    if (length < 0) abort();
    add(text, made, (size_t)length);
    free(made);
}

static void add_as_xml(Text *text, const char *plain) {
    for (; *plain; plain++) {
        if (strchr("<>&\"", *plain) || iscntrl((unsigned char)*plain))
            addf(text, "&#%d;", (unsigned char)*plain);
        else
            add(text, plain, 1);
    }
}

static void add_percent_encoded(Text *text, const char *plain) {
    for (; *plain; plain++) {
        if (isalnum((unsigned char)*plain) || strchr("-._~/", *plain))
            add(text, plain, 1);
        else
            addf(text, "%%%02X", (unsigned char)*plain);
    }
}

static void add_moment(Text *text, const char *format, time_t moment) {
    char made[64];
    struct tm utc;
    strftime(made, sizeof made, format, gmtime_r(&moment, &utc));
    add_text(text, made);
}

static void decode_percent(char *text) {
    char *to = text;
    for (char *from = text; *from; from++) {
        unsigned value;
        if (*from == '%' && sscanf(from + 1, "%2x", &value) == 1) {
            *to++ = (char)value;
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
}

/* ---- Names with values: headers and the parameters of a query -------------------------------- */

typedef struct {
    char *name, *value;
} Pair;

typedef struct {
    Pair items[MOST_PAIRS];
    int count;
} Pairs;

/* NULL when there is none. */
static const char *find(const Pairs *pairs, const char *name) {
    for (int i = 0; i < pairs->count; i++)
        if (!strcasecmp(pairs->items[i].name, name)) return pairs->items[i].value;
    return NULL;
}

/* Takes `text` apart: items end with `between`, names with `after_name`. */
static void parse_pairs(Pairs *pairs, char *text, const char *between, char after_name) {
    while (text && *text && pairs->count < MOST_PAIRS) {
        char *next = strstr(text, between);
        if (next) {
            *next = 0;
            next += strlen(between);
        }
        char *value = strchr(text, after_name);
        if (value) *value++ = 0;
        value = value ? value + strspn(value, " ") : strchr(text, 0);
        pairs->items[pairs->count++] = (Pair){text, value};
        text = next;
    }
}

/* ---- What is stored; guarded by `lock` ------------------------------------------------------- */

typedef struct {
    char *path;     /* "/bucket/key", decoded */
    char *metadata; /* header lines, as they came */
    char *content;  /* NULL: it was discarded */
    long long size;
    long etag;
    time_t modified;
} Object;

typedef struct {
    long long size;
    long etag; /* 0: there is no such part */
} Part;

typedef struct Upload {
    long id;
    char *path, *metadata;
    Part parts[MOST_PARTS + 1]; /* by number */
    struct Upload *next;
} Upload;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *objects; /* a tree of tsearch(3), by path */
static Upload *uploads;
static long last_number; /* of etags and uploads */
static long request_count, object_count;
static long long stored_bytes;
static long long received_bytes; /* atomic; whatever came, headers too */

static int by_path(const void *one, const void *other) {
    return strcmp(((const Object *)one)->path, ((const Object *)other)->path);
}

static Object *stored_at(const char *path) {
    Object wanted = {.path = (char *)path};
    Object **found = tfind(&wanted, &objects, by_path);
    return found ? *found : NULL;
}

static void forget(const char *path) {
    Object *object = stored_at(path);
    if (!object) return;
    tdelete(object, &objects, by_path);
    object_count--;
    stored_bytes -= object->size;
    free(object->path);
    free(object->metadata);
    free(object->content);
    free(object);
}

/* Replaces what was there. Takes `content` over. */
static Object *store(const char *path, const char *metadata, char *content, long long size) {
    Object made = {strdup(path), strdup(metadata), content, size, ++last_number, time(NULL)};
    Object *object = memcpy(malloc(sizeof made), &made, sizeof made);
    forget(path);
    tsearch(object, &objects, by_path);
    object_count++;
    stored_bytes += size;
    return object;
}

static Upload *upload_of(const char *id) {
    Upload *upload = uploads;
    while (upload && upload->id != atol(id)) upload = upload->next;
    return upload;
}

static void close_upload(Upload *upload) {
    Upload **link = &uploads;
    while (*link != upload) link = &(*link)->next;
    *link = upload->next;
    free(upload->path);
    free(upload->metadata);
    free(upload);
}

/* ---- Connections, and the speed of the link -------------------------------------------------- */

typedef struct {
    SSL *tls;
    char buffer[65536];
    size_t start, end; /* what was received and not taken yet */
} Connection;

static double bytes_per_second; /* 0: as fast as it goes */
static pthread_mutex_t link_lock = PTHREAD_MUTEX_INITIALIZER;
static double link_free_at;

static double now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec * 1e-9;
}

/* Waits until `count` bytes have come through the link. Up to `burst` seconds of its time that
 * nobody used are made up for, because a sleep ends late; short sleeps are saved up. */
static void wait_for_link(long count) {
    const double burst = 0.02, shortest = 0.002;
    if (bytes_per_second <= 0) return;
    pthread_mutex_lock(&link_lock);
    double start = now();
    if (link_free_at < start - burst) link_free_at = start - burst;
    link_free_at += (double)count / bytes_per_second;
    double wait = link_free_at - start;
    pthread_mutex_unlock(&link_lock);
    if (wait > shortest) usleep((useconds_t)(wait * 1e6));
}

/* Receives more; false at the end of the connection, or when the buffer is full. */
static bool fill(Connection *from) {
    if (from->start) {
        memmove(from->buffer, from->buffer + from->start, from->end - from->start);
        from->end -= from->start;
        from->start = 0;
    }
    size_t room = sizeof from->buffer - from->end;
    int count = room ? SSL_read(from->tls, from->buffer + from->end, (int)room) : 0;
    if (count <= 0) return false;
    from->end += (size_t)count;
    __atomic_add_fetch(&received_bytes, count, __ATOMIC_RELAXED);
    wait_for_link(count);
    return true;
}

/* The text before `mark`, which is taken too. The caller frees it; NULL when none came. */
static char *take_until(Connection *from, const char *mark) {
    char *found;
    while (!(found = memmem(from->buffer + from->start, from->end - from->start, mark,
                            strlen(mark))))
        if (!fill(from)) return NULL;
    char *start = from->buffer + from->start;
    from->start = (size_t)(found - from->buffer) + strlen(mark);
    return strndup(start, (size_t)(found - start));
}

static bool send_all(Connection *to, const char *data, size_t length) {
    return !length || SSL_write(to->tls, data, (int)length) > 0;
}

/* ---- Requests -------------------------------------------------------------------------------- */

typedef struct {
    char *head; /* all that follows points into it */
    char *method, *path;
    Pairs query, headers;
    long long size; /* of the body, without the framing of chunks */
    Text body;      /* its beginning: all of it when it is not larger than KEPT_BYTES */
} Request;

static bool parse_head(Request *request) {
    char *lines = strstr(request->head, "\r\n");
    if (lines) {
        *lines = 0;
        parse_pairs(&request->headers, lines + 2, "\r\n", ':');
    }
    char *rest = NULL;
    request->method = strtok_r(request->head, " ", &rest);
    request->path = strtok_r(NULL, " ", &rest);
    if (!request->path) return false;
    char *query = strchr(request->path, '?');
    if (query) *query++ = 0;
    decode_percent(request->path);
    parse_pairs(&request->query, query, "&", '=');
    for (int i = 0; i < request->query.count; i++) decode_percent(request->query.items[i].value);
    return true;
}

static bool take_bytes(Connection *from, Request *request, long long count) {
    request->size += count;
    while (count) {
        if (from->start == from->end && !fill(from)) return false;
        size_t here = from->end - from->start;
        if ((long long)here > count) here = (size_t)count;
        size_t room = KEPT_BYTES + FRAMING - request->body.length;
        add(&request->body, from->buffer + from->start, here < room ? here : room);
        from->start += here;
        count -= (long long)here;
    }
    return true;
}

/* The size of the next chunk, in hexadecimal digits before its signature; below 0: none came. */
static long long take_chunk_size(Connection *from) {
    char *line = take_until(from, "\r\n");
    long long size = line ? strtoll(line, NULL, 16) : -1;
    free(line);
    return size;
}

/* Lines until an empty one. */
static bool skip_trailers(Connection *from) {
    for (bool last = false; !last;) {
        char *line = take_until(from, "\r\n");
        if (!line) return false;
        last = !*line;
        free(line);
    }
    return true;
}

static bool take_chunks(Connection *from, Request *request) {
    long long size;
    while ((size = take_chunk_size(from)) > 0) {
        char *end = take_bytes(from, request, size) ? take_until(from, "\r\n") : NULL;
        if (!end) return false;
        free(end);
    }
    return !size && skip_trailers(from);
}

/* "Content-Encoding: aws-chunked": the client's own chunks, in those of HTTP or without them. */
static void unframe(Request *request, const char *decoded_length) {
    char *to = request->body.data, *from = to;
    char *end = request->body.data + request->body.length;
    request->size = atoll(decoded_length);
    if (request->size > KEPT_BYTES) return;
    for (;;) {
        long long size = strtoll(from, NULL, 16);
        char *data = strstr(from, "\r\n");
        if (size <= 0 || !data || data + 2 + size > end) break;
        memmove(to, data + 2, (size_t)size);
        to += size;
        from = data + 2 + size + 2;
    }
    request->body.length = (size_t)(to - request->body.data);
    *to = 0;
}

static bool names(const char *value, const char *word) { return value && strstr(value, word); }

static bool take_body(Connection *from, Request *request) {
    const Pairs *headers = &request->headers;
    const char *length = find(headers, "Content-Length");
    const char *decoded_length = find(headers, "x-amz-decoded-content-length");
    if (find(headers, "Expect")) send_all(from, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    bool taken = names(find(headers, "Transfer-Encoding"), "chunked")
                     ? take_chunks(from, request)
                     : take_bytes(from, request, length ? atoll(length) : 0);
    if (taken && decoded_length && request->body.length) unframe(request, decoded_length);
    return taken;
}

static void free_request(Request *request) {
    free(request->head);
    free(request->body.data);
}

/* ---- Answers --------------------------------------------------------------------------------- */

typedef struct {
    int status;
    Text headers, body;
    long long length; /* of the body that a HEAD does not get; below 0: that of `body` */
} Answer;

static void refuse(Answer *answer, int status, const char *code) {
    answer->status = status;
    addf(&answer->body, XML "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code);
}

static void add_etag(Text *text, long etag) {
    addf(text, "\"%032lx-1\"", etag); /* the end says that it is no MD5 */
}

static void tell_etag(Answer *answer, long etag) {
    add_text(&answer->headers, "ETag: ");
    add_etag(&answer->headers, etag);
    add_text(&answer->headers, "\r\n");
}

static bool send_answer(Connection *to, const Answer *answer, bool with_body) {
    Text text = {0};
    addf(&text, "HTTP/1.1 %d %s\r\nx-amz-request-id: 1\r\nServer: discard_s3\r\nDate: ",
         answer->status, answer->status < 300 ? "OK" : "No");
    add_moment(&text, "%a, %d %b %Y %H:%M:%S GMT\r\n", time(NULL));
    if (answer->headers.length) add(&text, answer->headers.data, answer->headers.length);
    if (answer->status != 204)
        addf(&text, "Content-Length: %lld\r\n",
             answer->length < 0 ? (long long)answer->body.length : answer->length);
    add_text(&text, "\r\n");
    if (with_body && answer->body.length) add(&text, answer->body.data, answer->body.length);
    bool sent = send_all(to, text.data, text.length);
    free(text.data);
    return sent;
}

static void free_answer(Answer *answer) {
    free(answer->headers.data);
    free(answer->body.data);
}

/* ---- Operations on an object ----------------------------------------------------------------- */

/* The caller frees it. */
static char *metadata_of(const Request *request) {
    Text lines = {0};
    add_text(&lines, "");
    for (int i = 0; i < request->headers.count; i++) {
        const Pair *header = &request->headers.items[i];
        if (!strncasecmp(header->name, "x-amz-meta-", 11))
            addf(&lines, "%s: %s\r\n", header->name, header->value);
    }
    return lines.data;
}

static bool is_etag(const Object *object, const char *wanted) {
    Text etag = {0};
    add_etag(&etag, object->etag);
    const char *bare = wanted + (*wanted == '"');
    bool same = !strncmp(etag.data + 1, bare, etag.length - 2);
    free(etag.data);
    return same;
}

/* Refuses when the request has a condition that does not hold. */
static bool holds(const Request *request, Answer *answer) {
    const Object *object = stored_at(request->path);
    const char *match = find(&request->headers, "If-Match");
    if (object && find(&request->headers, "If-None-Match"))
        refuse(answer, 412, "PreconditionFailed");
    else if (match && !object)
        refuse(answer, 404, "NoSuchKey");
    else if (match && !is_etag(object, match))
        refuse(answer, 412, "PreconditionFailed");
    else
        return true;
    return false;
}

/* What x-amz-copy-source names; refuses when it is not there. */
static const Object *copy_source(const Request *request, Answer *answer) {
    const char *named = find(&request->headers, "x-amz-copy-source");
    char *path = NULL;
    if (asprintf(&path, "%s%s", *named == '/' ? "" : "/", named) < 0) abort();
    decode_percent(path);
    const Object *found = stored_at(path);
    free(path);
    if (!found) refuse(answer, 404, "NoSuchKey");
    return found;
}

static void tell_copied(Answer *answer, const char *element, long etag) {
    addf(&answer->body, XML "<%s" NAMESPACE "><ETag>", element);
    add_etag(&answer->body, etag);
    add_text(&answer->body, "</ETag><LastModified>");
    add_moment(&answer->body, "%FT%T.000Z", time(NULL));
    addf(&answer->body, "</LastModified></%s>", element);
}

static void copy_object(const Request *request, Answer *answer) {
    const Object *source = copy_source(request, answer);
    if (!source || !holds(request, answer)) return;
    char *content = NULL;
    if (source->content) content = memcpy(malloc(source->size + 1), source->content, source->size);
    bool replaced = names(find(&request->headers, "x-amz-metadata-directive"), "REPLACE");
    char *metadata = replaced ? metadata_of(request) : strdup(source->metadata);
    const Object *made = store(request->path, metadata, content, source->size);
    free(metadata);
    tell_copied(answer, "CopyObjectResult", made->etag);
}

static void put_object(Request *request, Answer *answer) {
    if (!holds(request, answer)) return;
    char *content = NULL;
    if (request->size <= KEPT_BYTES) {
        add_text(&request->body, "");
        content = request->body.data;
        request->body = (Text){0};
    }
    char *metadata = metadata_of(request);
    tell_etag(answer, store(request->path, metadata, content, request->size)->etag);
    free(metadata);
}

/* The part of the content that was asked for; false: all of it. */
static bool range_of(const Request *request, long long size, long long *first, long long *last) {
    const char *range = find(&request->headers, "Range");
    *first = 0;
    *last = size - 1;
    if (!range || strncmp(range, "bytes=", 6)) return false;
    if (range[6] == '-') {
        long long tail = atoll(range + 7);
        *first = tail < size ? size - tail : 0;
    } else if (sscanf(range + 6, "%lld-%lld", first, last) == 2 && *last >= size) {
        *last = size - 1;
    }
    return true;
}

static void get_content(const Request *request, const Object *object, Answer *answer) {
    long long first, last;
    if (range_of(request, object->size, &first, &last)) {
        if (first >= object->size) return refuse(answer, 416, "InvalidRange");
        answer->status = 206;
        addf(&answer->headers, "Content-Range: bytes %lld-%lld/%lld\r\n", first, last,
             object->size);
    }
    add(&answer->body, object->content + first, (size_t)(last + 1 - first));
}

static void get_object(const Request *request, Answer *answer) {
    const Object *object = stored_at(request->path);
    bool head = !strcmp(request->method, "HEAD");
    if (!object) return refuse(answer, 404, "NoSuchKey");
    if (!holds(request, answer)) return;
    if (!head && !object->content) return refuse(answer, 410, "ContentWasDiscarded");
    tell_etag(answer, object->etag);
    add_text(&answer->headers, object->metadata);
    add_moment(&answer->headers, "Last-Modified: %a, %d %b %Y %H:%M:%S GMT\r\n",
               object->modified);
    if (head)
        answer->length = object->size;
    else
        get_content(request, object, answer);
}

/* ---- Multipart uploads ----------------------------------------------------------------------- */

static void echo_header(const Request *request, Answer *answer, const char *name) {
    const char *value = find(&request->headers, name);
    if (value) addf(&answer->headers, "%s: %s\r\n", name, value);
}

/* Begins an element that names an upload; the path of a request holds bucket and key. */
static void add_upload_names(Text *text, const char *element, const char *path) {
    const char *key = strchr(path + 1, '/');
    addf(text, XML "<%s" NAMESPACE "><Bucket>%.*s</Bucket><Key>", element,
         (int)(key - path - 1), path + 1);
    add_as_xml(text, key + 1);
    add_text(text, "</Key>");
}

static void create_upload(const Request *request, Answer *answer) {
    Upload *upload = calloc(1, sizeof *upload);
    upload->id = ++last_number;
    upload->path = strdup(request->path);
    upload->metadata = metadata_of(request);
    upload->next = uploads;
    uploads = upload;
    echo_header(request, answer, "x-amz-checksum-algorithm");
    echo_header(request, answer, "x-amz-checksum-type");
    add_upload_names(&answer->body, "InitiateMultipartUploadResult", request->path);
    addf(&answer->body, "<UploadId>%ld</UploadId></InitiateMultipartUploadResult>", upload->id);
}

static long long copied_size(const Request *request, const Object *source) {
    const char *range = find(&request->headers, "x-amz-copy-source-range");
    long long first, last;
    bool given = range && sscanf(range, "bytes=%lld-%lld", &first, &last) == 2;
    return given ? last - first + 1 : source->size;
}

static void put_part(const Request *request, Upload *upload, Answer *answer) {
    const char *number = find(&request->query, "partNumber");
    int index = number ? atoi(number) : 0;
    if (index < 1 || index > MOST_PARTS) return refuse(answer, 400, "InvalidArgument");
    Part part = {request->size, ++last_number};
    if (find(&request->headers, "x-amz-copy-source")) {
        const Object *source = copy_source(request, answer);
        if (!source) return;
        part.size = copied_size(request, source);
        tell_copied(answer, "CopyPartResult", part.etag);
    } else {
        tell_etag(answer, part.etag);
    }
    upload->parts[index] = part;
}

static void list_parts(const Request *request, const Upload *upload, Answer *answer) {
    Text *body = &answer->body;
    add_upload_names(body, "ListPartsResult", request->path);
    addf(body, "<UploadId>%ld</UploadId><IsTruncated>false</IsTruncated>", upload->id);
    for (int i = 1; i <= MOST_PARTS; i++) {
        if (!upload->parts[i].etag) continue;
        addf(body, "<Part><PartNumber>%d</PartNumber><Size>%lld</Size><ETag>", i,
             upload->parts[i].size);
        add_etag(body, upload->parts[i].etag);
        add_text(body, "</ETag></Part>");
    }
    add_text(body, "</ListPartsResult>");
}

/* The object is all parts that were sent; the list in the request is not compared with them. */
static void complete_upload(const Request *request, Upload *upload, Answer *answer) {
    if (!holds(request, answer)) return;
    long long size = 0;
    for (int i = 1; i <= MOST_PARTS; i++) size += upload->parts[i].size;
    const Object *made = store(request->path, upload->metadata, NULL, size);
    close_upload(upload);
    add_upload_names(&answer->body, "CompleteMultipartUploadResult", request->path);
    add_text(&answer->body, "<ETag>");
    add_etag(&answer->body, made->etag);
    add_text(&answer->body, "</ETag></CompleteMultipartUploadResult>");
}

static void answer_upload(const Request *request, Answer *answer) {
    Upload *upload = upload_of(find(&request->query, "uploadId"));
    if (!upload || strcmp(upload->path, request->path))
        return refuse(answer, 404, "NoSuchUpload");
    if (!strcmp(request->method, "PUT")) return put_part(request, upload, answer);
    if (!strcmp(request->method, "POST")) return complete_upload(request, upload, answer);
    if (!strcmp(request->method, "GET")) return list_parts(request, upload, answer);
    close_upload(upload); /* DELETE */
    answer->status = 204;
}

static void answer_object(Request *request, Answer *answer) {
    const char *method = request->method;
    if (find(&request->query, "uploadId")) return answer_upload(request, answer);
    if (!strcmp(method, "POST") && find(&request->query, "uploads"))
        return create_upload(request, answer);
    if (!strcmp(method, "PUT") && find(&request->headers, "x-amz-copy-source"))
        return copy_object(request, answer);
    if (!strcmp(method, "PUT")) return put_object(request, answer);
    if (!strcmp(method, "GET") || !strcmp(method, "HEAD")) return get_object(request, answer);
    if (strcmp(method, "DELETE")) return refuse(answer, 501, "NotImplemented");
    forget(request->path);
    answer->status = 204;
}

/* ---- Listing a bucket ------------------------------------------------------------------------ */

typedef struct {
    char *prefix; /* a path, as those of objects */
    const char *delimiter, *after;
    size_t key_at; /* where the key begins in a path */
    int most, count;
    bool encoded, truncated;
    char *last; /* the key or common prefix that was listed last */
    Text items, groups;
} Listing;

static void add_key(const Listing *listing, Text *text, const char *key) {
    if (listing->encoded)
        add_percent_encoded(text, key);
    else
        add_as_xml(text, key);
}

/* Makes `key` the last of the page; false when the page is full. */
static bool counts(Listing *listing, const char *key, size_t length) {
    listing->truncated = listing->count == listing->most;
    if (listing->truncated) return false;
    listing->count++;
    free(listing->last);
    listing->last = strndup(key, length);
    return true;
}

static void list_group(Listing *listing, const char *key, size_t length) {
    if (listing->last && strlen(listing->last) == length && !strncmp(listing->last, key, length))
        return; /* as the one before */
    if (!counts(listing, key, length)) return;
    add_text(&listing->groups, "<CommonPrefixes><Prefix>");
    add_key(listing, &listing->groups, listing->last);
    add_text(&listing->groups, "</Prefix></CommonPrefixes>");
}

static void list_item(Listing *listing, const Object *object) {
    const char *key = object->path + listing->key_at;
    if (!counts(listing, key, strlen(key))) return;
    Text *items = &listing->items;
    add_text(items, "<Contents><Key>");
    add_key(listing, items, key);
    add_text(items, "</Key><LastModified>");
    add_moment(items, "%FT%T.000Z", object->modified);
    add_text(items, "</LastModified><ETag>");
    add_etag(items, object->etag);
    addf(items, "</ETag><Size>%lld</Size><StorageClass>STANDARD</StorageClass></Contents>",
         object->size);
}

static void list_object(Listing *listing, const Object *object) {
    size_t prefix = strlen(listing->prefix);
    if (listing->truncated || strncmp(object->path, listing->prefix, prefix)) return;
    const char *key = object->path + listing->key_at;
    const char *rest = object->path + prefix;
    const char *cut = *listing->delimiter ? strstr(rest, listing->delimiter) : NULL;
    size_t length = cut ? (size_t)(cut - key) + strlen(listing->delimiter) : strlen(key);
    if (strncmp(key, listing->after, length + !cut) <= 0) return;
    if (cut)
        list_group(listing, key, length);
    else
        list_item(listing, object);
}

static void visit(const void *node, VISIT order, void *listing) {
    if (order == postorder || order == leaf) list_object(listing, *(Object *const *)node);
}

static const char *given(const Request *request, const char *parameter, const char *otherwise) {
    const char *value = find(&request->query, parameter);
    return value ? value : otherwise;
}

static Listing wanted_listing(const Request *request) {
    size_t bucket = 1 + strcspn(request->path + 1, "/");
    int most = atoi(given(request, "max-keys", "1000"));
    const char *after = given(request, "start-after", given(request, "marker", ""));
    Listing listing = {
        .delimiter = given(request, "delimiter", ""),
        .after = given(request, "continuation-token", after),
        .key_at = bucket + 1,
        .most = most < PAGE_KEYS ? most : PAGE_KEYS,
        .encoded = find(&request->query, "encoding-type"),
    };
    if (asprintf(&listing.prefix, "%.*s/%s", (int)bucket, request->path,
                 given(request, "prefix", "")) < 0)
        abort();
    return listing;
}

static void tell_listing(const Listing *listing, bool second_version, Answer *answer) {
    Text *body = &answer->body;
    add_text(body, XML "<ListBucketResult" NAMESPACE "><Name>b</Name><Prefix>");
    add_key(listing, body, listing->prefix + listing->key_at);
    addf(body, "</Prefix><MaxKeys>%d</MaxKeys><KeyCount>%d</KeyCount><IsTruncated>%s</IsTruncated>",
         listing->most, listing->count, listing->truncated ? "true" : "false");
    if (listing->encoded) add_text(body, "<EncodingType>url</EncodingType>");
    if (listing->truncated) {
        const char *next = second_version ? "NextContinuationToken" : "NextMarker";
        addf(body, "<%s>", next);
        if (second_version)
            add_as_xml(body, listing->last);
        else
            add_key(listing, body, listing->last);
        addf(body, "</%s>", next);
    }
    if (listing->items.length) add(body, listing->items.data, listing->items.length);
    if (listing->groups.length) add(body, listing->groups.data, listing->groups.length);
    add_text(body, "</ListBucketResult>");
}

static void list_bucket(const Request *request, Answer *answer) {
    Listing listing = wanted_listing(request);
    twalk_r(objects, visit, &listing);
    tell_listing(&listing, find(&request->query, "list-type"), answer);
    free(listing.prefix);
    free(listing.last);
    free(listing.items.data);
    free(listing.groups.data);
}

static void answer_bucket(const Request *request, Answer *answer) {
    const Pairs *query = &request->query;
    if (!strcmp(request->method, "HEAD") || !strcmp(request->method, "PUT")) return;
    if (strcmp(request->method, "GET")) return refuse(answer, 501, "NotImplemented");
    if (find(query, "location"))
        add_text(&answer->body, XML "<LocationConstraint" NAMESPACE "/>");
    else if (find(query, "versioning"))
        add_text(&answer->body, XML "<VersioningConfiguration" NAMESPACE "/>");
    else if (find(query, "uploads"))
        refuse(answer, 501, "NotImplemented");
    else
        list_bucket(request, answer);
}

/* ---- The server ------------------------------------------------------------------------------ */

/* No bucket can have this name. It does not count itself. */
static void tell_received(Answer *answer) {
    addf(&answer->body, "{\"requests\": %ld, \"bytes\": %lld, \"objects\": %ld, \"stored\": %lld}",
         request_count, __atomic_load_n(&received_bytes, __ATOMIC_RELAXED), object_count,
         stored_bytes);
}

static void answer_request(Request *request, Answer *answer) {
    const char *key = strchr(request->path + 1, '/');
    if (!strcmp(request->path, "/_received")) return tell_received(answer);
    request_count++;
    if (key && key[1])
        answer_object(request, answer);
    else
        answer_bucket(request, answer);
}

/* One request and its answer; false when the connection is over. */
static bool serve_request(Connection *client) {
    Request request = {.head = take_until(client, "\r\n\r\n")};
    bool alive = request.head && parse_head(&request) && take_body(client, &request);
    if (alive) {
        Answer answer = {.status = 200, .length = -1};
        pthread_mutex_lock(&lock);
        answer_request(&request, &answer);
        pthread_mutex_unlock(&lock);
        alive = send_answer(client, &answer, strcmp(request.method, "HEAD"));
        free_answer(&answer);
    }
    free_request(&request);
    return alive;
}

static void *serve_client(void *argument) {
    Connection *client = argument;
    if (SSL_accept(client->tls) > 0)
        while (serve_request(client)) continue;
    int socket = SSL_get_fd(client->tls);
    SSL_free(client->tls);
    close(socket);
    free(client);
    return NULL;
}

static SSL_CTX *made_context(const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(context, 1); /* many records with one system call */
    SSL_CTX_set_default_read_buffer_len(context, 256 << 10);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) <= 0 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) <= 0) {
        fprintf(stderr, "discard_s3: the certificate cannot be used\n");
        exit(1);
    }
    return context;
}

/* Prints the port. */
static int made_socket(void) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server, (struct sockaddr *)&address, size) || listen(server, 512) ||
        getsockname(server, (struct sockaddr *)&address, &size)) {
        perror("discard_s3");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return server;
}

static void *end_with_input(void *unused) {
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) continue;
    _exit(0);
    return unused;
}

static void start_thread(void *(*work)(void *), void *argument) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, argument)) abort();
    pthread_detach(thread);
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: discard_s3 CERTIFICATE KEY [BYTES_PER_SECOND]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX *context = made_context(arguments[1], arguments[2]);
    bytes_per_second = count > 3 ? atof(arguments[3]) : 0;
    start_thread(end_with_input, NULL);
    int server = made_socket(), on = 1;
    for (;;) {
        int socket = accept(server, NULL, NULL);
        if (socket < 0) continue;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Connection *client = calloc(1, sizeof *client);
        client->tls = SSL_new(context);
        SSL_set_fd(client->tls, socket);
        start_thread(serve_client, client);
    }
}
