#include <zlib.h>

/* The init calls are macros that Swift cannot import; 16 asks for the gzip format. */
static inline int verdict_inflate_init(z_stream *stream) { return inflateInit2(stream, MAX_WBITS + 16); }
static inline int verdict_deflate_init(z_stream *stream, int level) { return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY); }
