package org.keras4j.peers;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.LlamaOutput;
import de.kherud.llama.ModelParameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.Generation;

/**
 * Continues a text with the same GGUF file in keras4j, its matrices packed, and in llama.cpp, by turns, greedily, and prints tokens
 * a second: the median of the rounds and the best. Threads of keras4j are those that {@code OMP_NUM_THREADS} says, which is to be
 * the same number.
 *
 * <pre>{@code
 * python benchmarks/peers/python/random_gguf.py 1b.gguf Q8_0 128256,2048,16,32,8,8192
 * OMP_NUM_THREADS=4 java ... org.keras4j.peers.GgufBench 1b.gguf 4 [TOKENS [ROUNDS [DTYPE [PACKED]]]]
 * }</pre>
 */
public final class GgufBench {
  private static final String PROMPT = "abcdefgh";

  private GgufBench() {}

  /** Runs it on a file and with a number of threads, the first arguments. */
  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[1]);
    int tokens = args.length > 2 ? Integer.parseInt(args[2]) : 64;
    int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
    String dtype = args.length > 4 ? args[4] : "bfloat16";
    boolean packed = args.length <= 5 || Boolean.parseBoolean(args[5]);
    long start = System.nanoTime();
    CausalLM ours = CausalLM.fromGguf(Path.of(args[0]), dtype, packed).endTokens();
    double loaded = (System.nanoTime() - start) / 1e9;
    long bytes = ours.weights().stream().mapToLong(v -> v.spec().bytes()).sum();
    int[] prompt = ours.tokenizer().encode(PROMPT).ids();
    ModelParameters settings = new ModelParameters()
        .setModel(args[0])
        .setThreads(threads)
        .setThreadsBatch(threads)
        .setCtxSize(512)
        .setGpuLayers(0);
    List<Double> mine = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    try (LlamaModel theirs = new LlamaModel(settings)) {
      for (int i = -1; i < rounds; i++) {
        double a = ours(ours, prompt, tokens);
        double b = theirs(theirs, tokens);
        if (i >= 0) {
          mine.add(a);
          others.add(b);
        }
      }
    }
    Collections.sort(mine);
    Collections.sort(others);
    System.out.printf(
        "%s %d threads %s packed %s: keras4j %.2f tokens/s (best %.2f; loaded in %.1f s, %d MB),"
            + " llama.cpp %.2f (best %.2f), %.2f times%n",
        Path.of(args[0]).getFileName(),
        threads,
        dtype,
        packed,
        mine.get(rounds / 2),
        mine.get(rounds - 1),
        loaded,
        bytes / 1_000_000,
        others.get(rounds / 2),
        others.get(rounds - 1),
        mine.get(rounds / 2) / others.get(rounds / 2));
  }

  // without the time of the first token, which reads the text given
  private static double ours(CausalLM model, int[] prompt, int tokens) {
    long start = System.nanoTime();
    model.generateTokens(List.of(prompt), Generation.maxNewTokens(1));
    long middle = System.nanoTime();
    model.generateTokens(List.of(prompt), Generation.maxNewTokens(1 + tokens));
    long end = System.nanoTime();
    return tokens / ((end - middle - (middle - start)) / 1e9);
  }

  private static double theirs(LlamaModel model, int tokens) {
    InferenceParameters p = new InferenceParameters(PROMPT)
        .setNPredict(1 + tokens)
        .setTemperature(0)
        .setIgnoreEos(true);
    long first = 0;
    long last = 0;
    int count = 0;
    for (LlamaOutput ignored : model.generate(p)) {
      last = System.nanoTime();
      first = count++ == 0 ? last : first;
    }
    return (count - 1) / ((last - first) / 1e9);
  }
}
