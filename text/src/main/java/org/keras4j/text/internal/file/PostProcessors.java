package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.pipeline.Pipeline.Trim;
import org.keras4j.text.internal.pipeline.Template;
import org.keras4j.text.internal.pipeline.Template.Part;

/** The post-processors of {@code tokenizer.json}: what they trim, and the tokens that they add. */
final class PostProcessors {
  private Trim trim = Trim.NO;
  private @Nullable Template template;

  Trim trim() {
    return trim;
  }

  Template template() {
    return template == null ? Template.NONE : template;
  }

  void read(Component c) {
    switch (c.type()) {
      case "Sequence" -> {
        c.list("processors").forEach(this::read);
        c.done(c);
      }
      case "ByteLevel" -> {
        c.flag("use_regex", true); // concerns encoding
        trim(c);
        c.done(c);
      }
      case "TemplateProcessing" -> {
        Component special = c.child("special_tokens");
        set(c, new Template(parts(c, "single", special), parts(c, "pair", special)));
      }
      case "BertProcessing" -> {
        Part cls = token(c, "cls", 0);
        Part sep = token(c, "sep", 0);
        set(
            c,
            new Template(
                List.of(cls, Part.first(0), sep),
                List.of(cls, Part.first(0), sep, Part.second(1), token(c, "sep", 1))));
      }
      case "RobertaProcessing" -> {
        trim(c);
        Part cls = token(c, "cls", 0);
        Part sep = token(c, "sep", 0);
        set(
            c,
            new Template(
                List.of(cls, Part.first(0), sep),
                List.of(cls, Part.first(0), sep, sep, Part.second(0), sep)));
      }
      default -> throw c.unknownType("a post-processor");
    }
  }

  private void trim(Component c) {
    boolean prefix = c.flag("add_prefix_space", true);
    if (c.flag("trim_offsets", true)) {
      trim = prefix ? Trim.BUT_PREFIX : Trim.YES;
    }
  }

  private void set(Component c, Template t) {
    if (template != null) {
      throw new IllegalArgumentException(c.where() + ": a second post-processor adds tokens");
    }
    template = c.done(t);
  }

  private static Part token(Component c, String key, int type) {
    JsonNode pair = c.raw(key);
    if (!pair.path(1).canConvertToInt()) {
      throw c.wrong(key, "a token and its number", pair);
    }
    return Part.tokens(List.of(pair.path(1).intValue()), type);
  }

  private static List<Part> parts(Component c, String key, Component special) {
    List<Part> out = new ArrayList<>();
    for (Component p : c.list(key)) {
      if (p.has("Sequence")) {
        Component s = p.child("Sequence");
        int type = s.number("type_id", 0);
        out.add(s.string("id").equals("A") ? Part.first(type) : Part.second(type));
      } else {
        Component s = p.child("SpecialToken");
        Component token = special.child(s.string("id"));
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : token.raw("ids")) {
          ids.add(id.intValue());
        }
        out.add(Part.tokens(ids, s.number("type_id", 0)));
      }
    }
    return out;
  }
}
