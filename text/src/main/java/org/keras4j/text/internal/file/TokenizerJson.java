package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.pipeline.AddedTokens;
import org.keras4j.text.internal.pipeline.Pipeline;
import org.keras4j.text.internal.stage.Normalizer;

/** Reads the {@code tokenizer.json} of Hugging Face. */
final class TokenizerJson {
  private TokenizerJson() {}

  /** Whether a JSON object is such a file: KerasHub has files of that name too. */
  static boolean is(JsonNode root) {
    return root.path("model").isObject();
  }

  static Loaded read(JsonNode root, String name) {
    Component c = new Component(name, root);
    c.raw("version");
    Normalizer normalizer = c.has("normalizer") ? Normalizers.read(c.child("normalizer")) : null;
    c.raw("normalizer");
    PostProcessors post = new PostProcessors();
    if (c.has("post_processor")) {
      post.read(c.child("post_processor"));
    }
    c.raw("post_processor");
    Pipeline pipeline = new Pipeline(
        new AddedTokens(added(c), normalizer),
        normalizer,
        optional(c, "pre_tokenizer") ? Splitters.read(c.child("pre_tokenizer")) : null,
        Models.read(c.child("model")),
        post.trim(),
        post.template(),
        optional(c, "decoder") ? DecodersJson.read(c.child("decoder")) : null);
    Cut cut = optional(c, "truncation") ? cut(c.child("truncation")) : null;
    Fill fill = optional(c, "padding") ? fill(c.child("padding")) : null;
    return c.done(new Loaded(pipeline, cut, fill));
  }

  private static boolean optional(Component c, String key) {
    c.raw(key);
    return c.has(key);
  }

  private static List<AddedTokens.Token> added(Component c) {
    List<AddedTokens.Token> out = new ArrayList<>();
    if (optional(c, "added_tokens")) {
      for (Component t : c.list("added_tokens")) {
        out.add(t.done(new AddedTokens.Token(
            t.number("id", -1),
            t.string("content"),
            t.flag("single_word", false),
            t.flag("lstrip", false),
            t.flag("rstrip", false),
            t.flag("normalized", false),
            t.flag("special", false))));
      }
    }
    return out;
  }

  private static Cut cut(Component c) {
    return c.done(new Cut(
        c.number("max_length", 512),
        c.number("stride", 0),
        String.valueOf(c.string("strategy", "LongestFirst")),
        "Left".equals(c.string("direction", "Right"))));
  }

  private static Fill fill(Component c) {
    JsonNode strategy = c.raw("strategy");
    @Nullable
    Integer fixed = strategy.isObject() ? (Integer) strategy.path("Fixed").intValue() : null;
    return c.done(new Fill(
        fixed,
        c.number("pad_to_multiple_of", 0),
        c.number("pad_id", 0),
        c.number("pad_type_id", 0),
        String.valueOf(c.string("pad_token", "[PAD]")),
        "Left".equals(c.string("direction", "Right"))));
  }
}
