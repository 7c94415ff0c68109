package org.keras4j.text.internal.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.keras4j.text.internal.decoder.Decoders;
import org.keras4j.text.internal.splitter.Matches;
import org.keras4j.text.internal.splitter.Metaspace;
import org.keras4j.text.internal.stage.Decoder;

/** The decoders of {@code tokenizer.json}. */
final class DecodersJson {
  private DecodersJson() {}

  static Decoder read(Component c) {
    return switch (c.type()) {
      case "Sequence" ->
        c.done(Decoders.sequence(
            c.list("decoders").stream().map(DecodersJson::read).toList()));
      case "WordPiece" -> c.done(Decoders.wordPiece(c.string("prefix"), c.flag("cleanup", true)));
      case "ByteLevel" -> {
        c.flag("add_prefix_space", true); // these three concern encoding
        c.flag("trim_offsets", true);
        c.flag("use_regex", true);
        yield c.done(Decoders.byteLevel());
      }
      case "Metaspace" -> {
        c.raw("str_rep");
        c.flag("split", true);
        yield c.done(Decoders.metaspace(
            c.character("replacement"), Splitters.scheme(c) != Metaspace.Scheme.NEVER));
      }
      case "BPEDecoder" -> c.done(Decoders.suffix(c.string("suffix")));
      case "ByteFallback" -> c.done(Decoders.byteFallback());
      case "Fuse" -> c.done(Decoders.fuse());
      case "Strip" ->
        c.done(Decoders.strip(
            c.string("content").codePointAt(0), c.number("start", 0), c.number("stop", 0)));
      case "Replace" -> {
        JsonNode regex = c.raw("pattern").path("Regex");
        Pattern pattern = regex.isTextual()
            ? Matches.compile(regex.textValue())
            : Pattern.compile(
                new Component(c.where() + ".pattern", c.raw("pattern")).string("String"),
                Pattern.LITERAL);
        yield c.done(Decoders.replace(pattern, c.string("content")));
      }
      default -> throw c.unknownType("a decoder");
    };
  }
}
