package org.keras4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.Generation;

/**
 * Texts continued by a decoder of random weights in the shape of Llama 3.2 1B: the time of a token, which is what 32 more take, and of
 * reading the 128 tokens given. Each token reads every weight once, so bytes of weights a second against what the memory gives
 * tell how good that is.
 */
final class DecodeBench {
  private static final int PROMPT = 128;
  private static final int TOKENS = 32;

  private DecodeBench() {}

  static void run(Measurement m) {
    CausalLM model = (CausalLM) m.model;
    List<int[]> prompts = new ArrayList<>();
    for (int row = 0; row < m.batch; row++) {
      int[] prompt = new int[PROMPT];
      int shift = row;
      Arrays.setAll(prompt, i -> (7 * i + shift) % model.backbone().vocabularySize());
      prompts.add(prompt);
    }
    Generation first = Generation.maxNewTokens(1);
    Generation all = Generation.maxNewTokens(1 + TOKENS);
    Samples[] s = Samples.byTurns(
        k -> model.generateTokens(prompts, first),
        k -> model.generateTokens(prompts, all),
        1,
        m.steps,
        m.options.maxSeconds());
    double[] each = new double[s[0].ms().length];
    Arrays.setAll(each, i -> Math.max(0, s[1].ms()[i] - s[0].ms()[i]) / TOKENS);
    Samples token = new Samples(each, Math.max(0, s[1].cpuMs() - s[0].cpuMs()) / TOKENS);
    long bytes = model.weights().stream().mapToLong(v -> v.spec().bytes()).sum();
    m.emit(m.row("")
        .put(token, m.batch)
        .put("prefill_ms", Row.round(s[0].median(), 3))
        .put("tokens_per_s", Row.round(m.batch * 1e3 / token.median(), 2))
        .put("weights_gb_per_s", Row.round(bytes / token.median() / 1e6, 2)));
  }
}
