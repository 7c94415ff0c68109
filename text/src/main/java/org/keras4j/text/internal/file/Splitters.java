package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.keras4j.text.internal.splitter.Behavior;
import org.keras4j.text.internal.splitter.BertWords;
import org.keras4j.text.internal.splitter.ByteLevel;
import org.keras4j.text.internal.splitter.Matches;
import org.keras4j.text.internal.splitter.Metaspace;
import org.keras4j.text.internal.splitter.Split;
import org.keras4j.text.internal.splitter.WordPattern;
import org.keras4j.text.internal.stage.Splitter;
import org.keras4j.text.internal.stage.Unicode;

/** The pre-tokenizers of {@code tokenizer.json}. */
final class Splitters {
  private Splitters() {}

  static Splitter read(Component c) {
    return switch (c.type()) {
      case "Sequence" -> {
        List<Splitter> all =
            c.list("pretokenizers").stream().map(Splitters::read).toList();
        yield c.done(pieces -> {
          var p = pieces;
          for (Splitter s : all) {
            p = s.split(p);
          }
          return p;
        });
      }
      case "ByteLevel" -> {
        c.flag("trim_offsets", true); // used by post-processors alone
        yield c.done(new ByteLevel(c.flag("add_prefix_space", true), c.flag("use_regex", true)));
      }
      case "BertPreTokenizer" -> c.done(new BertWords());
      case "Whitespace" ->
        c.done(new Split(
            Matches.runs(
                x -> Unicode.is(x, Unicode.WORD),
                x -> !Unicode.is(x, Unicode.WORD | Unicode.SPACE)),
            Behavior.REMOVED,
            true));
      case "WhitespaceSplit" ->
        c.done(new Split(Matches.each(x -> Unicode.is(x, Unicode.SPACE)), Behavior.REMOVED, false));
      case "Punctuation" ->
        c.done(new Split(
            Matches.each(x -> Unicode.is(x, Unicode.PUNCTUATION)), behavior(c, "Isolated"), false));
      case "Digits" -> {
        boolean each = c.flag("individual_digits", false);
        yield c.done(new Split(
            Matches.each(x -> Unicode.is(x, Unicode.NUMBER)),
            each ? Behavior.ISOLATED : Behavior.CONTIGUOUS,
            false));
      }
      case "CharDelimiterSplit" ->
        c.done(new Split(
            Matches.literal(String.valueOf(c.character("delimiter"))), Behavior.REMOVED, false));
      case "Metaspace" -> metaspace(c);
      case "Split" -> split(c);
      default -> throw c.unknownType("a pre-tokenizer");
    };
  }

  private static Splitter metaspace(Component c) {
    c.raw("str_rep"); // the replacement once more, in files of old versions
    return c.done(new Metaspace(c.character("replacement"), scheme(c), c.flag("split", true)));
  }

  static Metaspace.Scheme scheme(Component c) {
    boolean prefix = c.flag("add_prefix_space", true);
    String scheme = c.string("prepend_scheme", prefix ? "always" : "never");
    return switch (String.valueOf(scheme)) {
      case "always" -> Metaspace.Scheme.ALWAYS;
      case "first" -> Metaspace.Scheme.FIRST;
      case "never" -> Metaspace.Scheme.NEVER;
      default ->
        throw new IllegalArgumentException(
            c.where() + ": prepend_scheme is '" + scheme + "', expected always, first or never");
    };
  }

  private static Splitter split(Component c) {
    boolean invert = c.flag("invert", false);
    Behavior behavior = behavior(c, null);
    JsonNode regex = c.raw("pattern").path("Regex");
    WordPattern words = regex.isTextual() ? WordPattern.of(regex.textValue()) : null;
    // The known patterns match all of a text, so that nothing lies between their matches.
    if (words != null
        && (behavior == Behavior.ISOLATED && !invert || behavior == Behavior.REMOVED && invert)) {
      return c.done(words);
    }
    return c.done(new Split(Normalizers.pattern(c), behavior, invert));
  }

  private static Behavior behavior(Component c, @Nullable String otherwise) {
    String name = String.valueOf(c.string("behavior", otherwise));
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "removed" -> Behavior.REMOVED;
      case "isolated" -> Behavior.ISOLATED;
      case "mergedwithprevious" -> Behavior.MERGED_WITH_PREVIOUS;
      case "mergedwithnext" -> Behavior.MERGED_WITH_NEXT;
      case "contiguous" -> Behavior.CONTIGUOUS;
      default ->
        throw new IllegalArgumentException(c.where() + ": behavior is '" + name
            + "', expected Removed, Isolated, MergedWithPrevious,"
            + " MergedWithNext or Contiguous");
    };
  }
}
