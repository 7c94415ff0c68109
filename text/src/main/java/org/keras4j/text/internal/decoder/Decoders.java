package org.keras4j.text.internal.decoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.keras4j.text.internal.stage.ByteAlphabet;
import org.keras4j.text.internal.stage.Decoder;

/** The ways in which tokens become text again. */
public final class Decoders {
  private static final String[][] CLEANUP = {
    {" .", "."},
    {" ?", "?"},
    {" !", "!"},
    {" ,", ","},
    {" ' ", "'"},
    {" n't", "n't"},
    {" 'm", "'m"},
    {" do not", " don't"},
    {" 's", "'s"},
    {" 've", "'ve"},
    {" 're", "'re"}
  };

  private Decoders() {}

  /** A space before each token but the first, unless it begins with the prefix, which goes (BERT). */
  public static Decoder wordPiece(String prefix, boolean cleanup) {
    return tokens -> {
      List<String> out = new ArrayList<>(tokens.size());
      for (String t : tokens) {
        String s = t;
        if (!out.isEmpty()) {
          s = t.startsWith(prefix) ? t.substring(prefix.length()) : " " + t;
        }
        out.add(cleanup ? cleaned(s) : s);
      }
      return out;
    };
  }

  private static String cleaned(String s) {
    String t = s;
    for (String[] pair : CLEANUP) {
      t = t.replace(pair[0], pair[1]);
    }
    return t;
  }

  /** The bytes that the characters of GPT-2's alphabet stand for, as UTF-8; what is none becomes U+FFFD. */
  public static Decoder byteLevel() {
    return tokens -> {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (String t : tokens) {
        byte[] b = ByteAlphabet.bytes(t);
        bytes.writeBytes(b == null ? t.getBytes(StandardCharsets.UTF_8) : b);
      }
      return List.of(bytes.toString(StandardCharsets.UTF_8));
    };
  }

  /** A space for each replacement, none for those of the first token if one was put in front. */
  public static Decoder metaspace(char replacement, boolean prefixed) {
    return tokens -> {
      List<String> out = new ArrayList<>(tokens.size());
      for (String t : tokens) {
        String space = out.isEmpty() && prefixed ? "" : " ";
        out.add(t.replace(String.valueOf(replacement), space));
      }
      return out;
    };
  }

  /** A space for the suffix of words, none at the end. */
  public static Decoder suffix(String suffix) {
    return tokens -> {
      List<String> out = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        out.add(tokens.get(i).replace(suffix, i + 1 == tokens.size() ? "" : " "));
      }
      return out;
    };
  }

  /** Runs of tokens {@code <0x00>} to {@code <0xFF>} as UTF-8; of a run that is none, U+FFFD for each. */
  public static Decoder byteFallback() {
    return tokens -> {
      List<String> out = new ArrayList<>(tokens.size());
      ByteArrayOutputStream run = new ByteArrayOutputStream();
      for (String t : tokens) {
        int b = byteOf(t);
        if (b >= 0) {
          run.write(b);
        } else {
          flush(run, out);
          out.add(t);
        }
      }
      flush(run, out);
      return out;
    };
  }

  private static void flush(ByteArrayOutputStream run, List<String> out) {
    if (run.size() == 0) {
      return;
    }
    try {
      out.add(StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(run.toByteArray()))
          .toString());
    } catch (CharacterCodingException e) {
      out.add("\uFFFD".repeat(run.size()));
    }
    run.reset();
  }

  /** The byte that a token {@code <0x..>} stands for, or -1. */
  static int byteOf(String t) {
    if (t.length() == 6 && t.startsWith("<0x") && t.charAt(5) == '>') {
      int high = Character.digit(t.charAt(3), 16);
      int low = Character.digit(t.charAt(4), 16);
      return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
    return -1;
  }

  /** All tokens as one. */
  public static Decoder fuse() {
    return tokens -> List.of(String.join("", tokens));
  }

  /** Takes a character away, so many times at most, at the beginning and at the end of each token. */
  public static Decoder strip(int content, int start, int stop) {
    return each(t -> {
      int[] c = t.codePoints().toArray();
      int from = 0;
      while (from < Math.min(start, c.length) && c[from] == content) {
        from++;
      }
      int to = c.length;
      while (to > from && c.length - to < stop && c[to - 1] == content) {
        to--;
      }
      return new String(c, from, to - from);
    });
  }

  /** Puts a string for each match of a pattern. */
  public static Decoder replace(Pattern pattern, String content) {
    String quoted = Matcher.quoteReplacement(content);
    return each(t -> pattern.matcher(t).replaceAll(quoted));
  }

  /** One decoder after the other. */
  public static Decoder sequence(List<Decoder> decoders) {
    return tokens -> {
      List<String> out = tokens;
      for (Decoder d : decoders) {
        out = d.decode(out);
      }
      return out;
    };
  }

  private static Decoder each(UnaryOperator<String> change) {
    return tokens -> tokens.stream().map(change).toList();
  }
}
