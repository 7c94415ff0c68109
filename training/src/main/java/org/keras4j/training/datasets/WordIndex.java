package org.keras4j.training.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** A JSON object of words and their indices; no other JSON is read. */
final class WordIndex {
  private final String text;
  private int at;

  private WordIndex(String text) {
    this.text = text;
  }

  static Map<String, Integer> read(Path file) throws IOException {
    int most = ReadLimits.defaults().maxAssetBytes();
    if (Files.size(file) > most) {
      throw new FileFormatException("'" + file + "' has " + Files.size(file)
          + " bytes, more than the " + most + " that are taken (ReadLimits.maxAssetBytes)");
    }
    try {
      return new WordIndex(Files.readString(file)).object();
    } catch (IndexOutOfBoundsException | NumberFormatException | FileFormatException e) {
      throw Failures.inPlaceOf(
          e,
          new FileFormatException(
              "'" + file + "' is no JSON object of words and indices: " + e.getMessage(),
              e.getCause()));
    }
  }

  private Map<String, Integer> object() throws FileFormatException {
    Map<String, Integer> out = new LinkedHashMap<>();
    expect('{');
    if (peek() == '}') {
      return out;
    }
    while (true) {
      String word = word();
      expect(':');
      int from = peekAt();
      while (Character.isDigit(text.charAt(at))) {
        at++;
      }
      out.put(word, Integer.parseInt(text.substring(from, at)));
      if (peek() == '}') {
        return out;
      }
      expect(',');
    }
  }

  private int peekAt() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private char peek() {
    return text.charAt(peekAt());
  }

  private void expect(char c) throws FileFormatException {
    if (peek() != c) {
      throw new FileFormatException("'" + c + "' expected at character " + at);
    }
    at++;
  }

  private String word() throws FileFormatException {
    expect('"');
    StringBuilder out = new StringBuilder();
    for (char c; (c = text.charAt(at++)) != '"'; ) {
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char e = text.charAt(at++);
      switch (e) {
        case 'u' -> {
          out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        }
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        default -> out.append(e);
      }
    }
    return out.toString();
  }
}
