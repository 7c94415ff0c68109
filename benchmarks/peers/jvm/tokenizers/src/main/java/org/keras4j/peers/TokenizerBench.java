package org.keras4j.peers;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;

/**
 * Encodes the lines of texts with keras4j and with DJL's native tokenizer by turns, in one thread, and prints millions of
 * bytes of UTF-8 in a second of that thread's processor time: the median of the rounds, and the tokens that each found.
 *
 * <pre>{@code
 * java ... org.keras4j.peers.TokenizerBench tokenizer.json TEXT...
 * }</pre>
 */
public final class TokenizerBench {
  private static final int ROUNDS = 9;
  private static final int LINES = 20_000;

  private TokenizerBench() {}

  /** Runs it on a tokenizer's file, the first argument, and texts, the others. */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    Tokenizer ours = Tokenizer.load(file).truncation(null).padding(null).threads(1);
    try (HuggingFaceTokenizer theirs = HuggingFaceTokenizer.builder()
        .optTokenizerPath(file)
        .optTruncation(false)
        .optPadding(false)
        .build()) {
      for (String text : Arrays.asList(args).subList(1, args.length)) {
        List<String> all = Files.readAllLines(Path.of(text));
        List<String> lines = all.subList(0, Math.min(LINES, all.size()));
        long bytes = lines.stream()
            .mapToLong(s -> s.getBytes(StandardCharsets.UTF_8).length)
            .sum();
        List<Double> a = new ArrayList<>();
        List<Double> b = new ArrayList<>();
        long[] tokens = new long[2];
        for (int i = 0; i < ROUNDS; i++) {
          a.add(speed(lines, bytes, tokens, 0, s -> {
            Encoding e = ours.encode(s);
            return e.ids().length;
          }));
          b.add(speed(lines, bytes, tokens, 1, s -> theirs.encode(s).getIds().length));
        }
        System.out.printf(
            "%s %s: keras4j %.2f MB/s, djl %.2f MB/s, %.2f times; tokens %d and %d%n",
            file.getFileName(),
            Path.of(text).getFileName(),
            median(a),
            median(b),
            median(a) / median(b),
            tokens[0],
            tokens[1]);
      }
    }
  }

  private static double speed(
      List<String> lines, long bytes, long[] tokens, int which, ToIntFunction<String> encode) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    long n = 0;
    for (String s : lines) {
      n += encode.applyAsInt(s);
    }
    tokens[which] = n;
    return bytes / 1e6 / ((threads.getCurrentThreadCpuTime() - start) / 1e9);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
