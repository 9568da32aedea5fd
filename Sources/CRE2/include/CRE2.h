/* A C face for RE2, which is a C++ library: just what Rego's regular expressions need. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

/* Compiles a pattern. The result is never NULL; ask cre2_error before using it. Free with cre2_free. */
cre2_pattern *cre2_compile(const char *text, size_t length);
/* NULL where the pattern is valid, else why it is not; lives as long as the pattern. */
const char *cre2_error(const cre2_pattern *pattern);
/* The number of capturing groups. */
int cre2_group_count(const cre2_pattern *pattern);
/* Searches text from start on. Fills offsets with begin and end of the match and of each group, -1 where a group took no part.
   offsets has room for 2 * groups entries. */
bool cre2_search(const cre2_pattern *pattern, const char *text, size_t length, size_t start, int64_t *offsets, int groups);
/* The number of the group with this name, or -1. */
int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length);
void cre2_free(cre2_pattern *pattern);

#ifdef __cplusplus
}
#endif
