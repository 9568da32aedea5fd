#include <jansson.h>

/* json_decref is an inline function over a macro that Swift cannot import. */
static inline void verdict_json_release(json_t *value) { json_decref(value); }
