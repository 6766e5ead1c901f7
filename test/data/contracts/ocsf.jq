def keep($names): with_entries(select(.key | IN($names[])));
.types[] |= keep(["type", "regex", "max_len", "range"])
| (.classes, .objects)[] |= keep(["name", "caption", "category", "class_uid", "category_uid", "profiles", "constraints", "attributes"])
| (.classes, .objects)[].attributes[] |= (keep(["type", "requirement", "is_array", "profile", "sibling", "enum", "@deprecated"])
  | if .enum then .enum |= map_values(.caption) else . end)
