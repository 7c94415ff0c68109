package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer.Form;
import java.util.Base64;
import java.util.List;
import org.keras4j.text.internal.normalizer.BertNormalizer;
import org.keras4j.text.internal.normalizer.CharsMap;
import org.keras4j.text.internal.normalizer.Filters;
import org.keras4j.text.internal.normalizer.Lowercase;
import org.keras4j.text.internal.normalizer.Precompiled;
import org.keras4j.text.internal.normalizer.Replacements;
import org.keras4j.text.internal.normalizer.UnicodeForm;
import org.keras4j.text.internal.splitter.ByteLevel;
import org.keras4j.text.internal.splitter.Matches;
import org.keras4j.text.internal.stage.Normalizer;
import org.keras4j.text.internal.stage.Pieces;

/** The normalizers of {@code tokenizer.json}. */
final class Normalizers {
  private Normalizers() {}

  static Normalizer read(Component c) {
    return switch (c.type()) {
      case "Sequence" -> {
        List<Normalizer> all =
            c.list("normalizers").stream().map(Normalizers::read).toList();
        yield c.done(text -> {
          var t = text;
          for (Normalizer n : all) {
            t = n.normalize(t);
          }
          return t;
        });
      }
      case "BertNormalizer" -> {
        boolean lower = c.flag("lowercase", true);
        yield c.done(new BertNormalizer(
            c.flag("clean_text", true),
            c.flag("handle_chinese_chars", true),
            c.flag("strip_accents", lower),
            lower));
      }
      case "NFC", "NFD", "NFKC", "NFKD" -> c.done(new UnicodeForm(Form.valueOf(c.type())));
      case "Lowercase" -> c.done(new Lowercase());
      case "StripAccents" -> c.done(Filters.stripAccents());
      case "Nmt" -> c.done(Filters.nmt());
      case "Strip" ->
        c.done(Filters.strip(c.flag("strip_left", true), c.flag("strip_right", true)));
      case "Prepend" -> c.done(Replacements.prepend(c.string("prepend")));
      case "Replace" -> c.done(Replacements.replace(pattern(c), c.string("content")));
      case "Precompiled" -> {
        String map = c.string("precompiled_charsmap", "");
        yield c.done(
            map == null || map.isEmpty()
                ? text -> text
                : new Precompiled(new CharsMap(Base64.getDecoder().decode(map))));
      }
      case "ByteLevel" -> {
        ByteLevel bytes = new ByteLevel(false, false);
        yield c.done(text -> bytes.split(Pieces.of(text, 0, text.length())).text());
      }
      default -> throw c.unknownType("a normalizer");
    };
  }

  /** The pattern of a component, {@code {"String": ...}} or {@code {"Regex": ...}}. */
  static Matches pattern(Component c) {
    JsonNode p = c.raw("pattern");
    if (p.isTextual()) {
      return Matches.literal(p.textValue());
    }
    Component pattern = new Component(c.where() + ".pattern", p);
    return pattern.has("Regex")
        ? pattern.done(Matches.regex(pattern.string("Regex")))
        : pattern.done(Matches.literal(pattern.string("String")));
  }
}
