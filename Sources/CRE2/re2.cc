#include "CRE2.h"

#include <re2/re2.h>

#include <string>
#include <vector>

struct cre2_pattern {
    RE2 expression;
    explicit cre2_pattern(const re2::StringPiece &text, const RE2::Options &options) : expression(text, options) {}
};

cre2_pattern *cre2_compile(const char *text, size_t length) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(64 << 20);
    return new cre2_pattern(re2::StringPiece(text, length), options);
}

const char *cre2_error(const cre2_pattern *pattern) { return pattern->expression.ok() ? nullptr : pattern->expression.error().c_str(); }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

bool cre2_search(const cre2_pattern *pattern, const char *text, size_t length, size_t start, int64_t *offsets, int groups) {
    re2::StringPiece inline_groups[8];
    std::vector<re2::StringPiece> more;
    re2::StringPiece *found = inline_groups;
    if (groups > 8) {
        more.resize(groups);
        found = more.data();
    }
    if (!pattern->expression.Match(re2::StringPiece(text, length), start, length, RE2::UNANCHORED, groups ? found : nullptr, groups)) return false;
    for (int i = 0; i < groups; i++) {
        bool took_part = found[i].data() != nullptr;
        offsets[2 * i] = took_part ? found[i].data() - text : -1;
        offsets[2 * i + 1] = took_part ? offsets[2 * i] + static_cast<int64_t>(found[i].size()) : -1;
    }
    return true;
}

int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length) {
    const auto &names = pattern->expression.NamedCapturingGroups();
    auto found = names.find(std::string(name, length));
    return found == names.end() ? -1 : found->second;
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }
