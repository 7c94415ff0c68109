package org.keras4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.keras4j.core.Variable;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.Generation;

/**
 * Texts continued by a decoder of random weights, made where it runs: the time of a token, which is what many more take, and of
 * reading the tokens given, on a GPU 2048 as well as 128. Each token reads every weight once, and the keys and values before it, so
 * bytes a second against what the memory gives tell how good that is.
 */
final class DecodeBench {
  private static final int[] PROMPTS = {128, 2048};
  // bytes a second that the memory of an H200 gives
  private static final double PEAK = 4.8e12;

  private DecodeBench() {}

  static void run(Measurement m) {
    for (int prompt : m.options.gpu() ? PROMPTS : Arrays.copyOf(PROMPTS, 1)) {
      run(m, prompt);
    }
  }

  private static void run(Measurement m, int length) {
    CausalLM model = (CausalLM) m.model;
    CausalBackbone network = model.backbone();
    List<int[]> prompts = new ArrayList<>();
    for (int row = 0; row < m.batch; row++) {
      int[] prompt = new int[length];
      int shift = row;
      Arrays.setAll(prompt, i -> (7 * i + shift) % network.vocabularySize());
      prompts.add(prompt);
    }
    int tokens = m.options.gpu() ? 256 : 32;
    Generation first = Generation.maxNewTokens(1);
    Generation all = Generation.maxNewTokens(1 + tokens);
    Samples[] s = Samples.byTurns(
        k -> model.generateTokens(prompts, first),
        k -> model.generateTokens(prompts, all),
        1,
        m.steps,
        m.options.maxSeconds());
    double[] each = new double[s[0].ms().length];
    Arrays.setAll(each, i -> Math.max(0, s[1].ms()[i] - s[0].ms()[i]) / tokens);
    Samples token = new Samples(each, Math.max(0, s[1].cpuMs() - s[0].cpuMs()) / tokens);
    long bytes = bytes(model, m.batch, length + tokens / 2);
    Row row = m.row(length == PROMPTS[0] ? "" : Integer.toString(length))
        .put(token, m.batch)
        .put("prompt", length)
        .put("prefill_ms", Row.round(s[0].median(), 3))
        .put("prefill_tokens_per_s", Row.round(m.batch * 1e3 * length / s[0].median(), 0))
        .put("tokens_per_s", Row.round(m.batch * 1e3 / token.median(), 2))
        .put("mb_per_token", Row.round(bytes / 1e6, 1))
        .put("gb_per_s", Row.round(bytes / token.median() / 1e6, 2));
    if (m.options.gpu()) {
      row.put("h200_bandwidth_share", Row.round(bytes / (token.median() / 1e3) / PEAK, 4));
    }
    m.emit(row);
  }

  /** What a token has to read: weights, of tables of embeddings alone that of the logits, and keys and values before it. */
  private static long bytes(CausalLM model, int batch, int before) {
    long bytes = 0;
    boolean separate = false;
    long table = 0;
    for (Variable v : model.weights()) {
      bytes += v.spec().bytes();
      separate |= v.path().endsWith("/reverse_embeddings");
      table = v.path().endsWith("/embeddings") ? v.spec().bytes() : table;
    }
    CausalBackbone b = model.backbone();
    long heads = 2L * b.numLayers() * b.numKeyValueHeads() * b.headDim();
    long size = b.computeDtype().size();
    return bytes - (separate ? table : 0) + heads * size * batch * before;
  }
}
