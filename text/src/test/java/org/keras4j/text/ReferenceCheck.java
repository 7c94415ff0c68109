package org.keras4j.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares a tokenizer with what the reference made of many lines; {@code scripts/check_tokenizers.py} writes them. */
final class ReferenceCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReferenceCheck() {}

  /** Compares a tokenizer, the first argument, with a file of expected tokens, the second. */
  public static void main(String[] args) throws IOException {
    Tokenizer t = Tokenizer.load(Path.of(args[0])).truncation(null).padding(null);
    long start = System.nanoTime();
    List<String> wrong = differences(t, Path.of(args[1]));
    wrong.stream().limit(12).forEach(System.out::println);
    System.out.printf(
        "%s: %d differences, %.1f s%n", args[0], wrong.size(), (System.nanoTime() - start) / 1e9);
  }

  /** What is unlike the expected, one entry a line of text and kind of difference. */
  static List<String> differences(Tokenizer t, Path expected) throws IOException {
    List<String> wrong = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(expected)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode e = JSON.readTree(line);
        String text = e.path("t").textValue();
        Encoding got = t.encode(text);
        int[] ids = ints(e.path("i"));
        compare("tokens", text, ids, got.ids(), t, wrong);
        if (e.has("s") && Arrays.equals(ids, got.ids())) {
          compare("starts", text, ints(e.path("s")), got.starts(), t, wrong);
          compare("ends", text, ints(e.path("e")), got.ends(), t, wrong);
        }
        String decoded = t.decode(ids);
        if (!decoded.equals(e.path("d").textValue())) {
          wrong.add("decoded " + quoted(text) + ": expected "
              + quoted(e.path("d").textValue()) + ", got " + quoted(decoded));
        }
        String streamed = streamed(t, ids);
        if (!streamed.equals(decoded)) {
          wrong.add("streamed " + quoted(text) + ": expected " + quoted(decoded) + ", got "
              + quoted(streamed));
        }
      }
    }
    return wrong;
  }

  private static String streamed(Tokenizer t, int[] ids) {
    Detokenizer d = t.detokenizer();
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      out.append(d.add(id));
    }
    return out.append(d.finish()).toString();
  }

  private static void compare(
      String what, String text, int[] expected, int[] got, Tokenizer t, List<String> wrong) {
    int at = Arrays.mismatch(expected, got);
    if (at >= 0) {
      wrong.add(what + " of " + quoted(text) + " differ at " + at + ": expected "
          + Arrays.toString(tail(expected, at)) + ", got " + Arrays.toString(tail(got, at)) + " "
          + t.decode(tail(got, at)));
    }
  }

  private static int[] tail(int[] all, int at) {
    return Arrays.copyOfRange(all, Math.min(at, all.length), Math.min(at + 8, all.length));
  }

  private static int[] ints(JsonNode list) {
    int[] out = new int[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = list.path(i).intValue();
    }
    return out;
  }

  private static String quoted(String s) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      out.append(c >= ' ' && c < 0x7F ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return out.append('"').toString();
  }
}
