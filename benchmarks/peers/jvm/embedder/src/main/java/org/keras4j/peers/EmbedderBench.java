package org.keras4j.peers;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.keras4j.hub.tasks.TextEmbedder;
import org.keras4j.text.Tokenizer;

/**
 * Embeds 1,000 sentences of 1 to 25 words, each tenth up to 120, by all-MiniLM-L6-v2 with keras4j and with LangChain4j's embedder,
 * each with its own settings, by turns, and prints milliseconds for all: the median of the rounds and the least.
 *
 * <pre>{@code
 * java ... org.keras4j.peers.EmbedderBench [ROUNDS]
 * }</pre>
 */
public final class EmbedderBench {
  private static final String NAME = "/all-minilm-l6-v2";
  private static final String CONFIG = """
      {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
       "intermediate_size": 1536, "hidden_act": "gelu", "max_position_embeddings": 512, "type_vocab_size": 2,
       "layer_norm_eps": 1e-12, "pad_token_id": 0}
      """;

  private EmbedderBench() {}

  /** Runs it in as many rounds as the first argument says, 9 by default. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 9;
    Path folder = Files.createTempDirectory("minilm");
    for (String file : List.of(".onnx", "-tokenizer.json")) {
      String own = file.equals(".onnx") ? "model.onnx" : "tokenizer.json";
      try (InputStream in = EmbedderBench.class.getResourceAsStream(NAME + file)) {
        Files.copy(in, folder.resolve(own), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(folder.resolve("config.json"), CONFIG);
    List<String> sentences = sentences(Tokenizer.load(folder));
    List<TextSegment> segments = sentences.stream().map(TextSegment::from).toList();
    TextEmbedder ours = TextEmbedder.fromPreset(folder);
    EmbeddingModel theirs = new AllMiniLmL6V2EmbeddingModel();
    float[][] a = ours.embed(sentences);
    List<Embedding> b = theirs.embedAll(segments).content();
    double worst = 1;
    for (int i = 0; i < a.length; i++) {
      worst = Math.min(worst, TextEmbedder.cosine(a[i], b.get(i).vector()));
    }
    List<Double> mine = new ArrayList<>();
    List<Double> others = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      mine.add(milliseconds(() -> ours.embed(sentences)));
      others.add(milliseconds(() -> theirs.embedAll(segments)));
    }
    Collections.sort(mine);
    Collections.sort(others);
    System.out.printf(
        "1000 sentences: keras4j %.0f ms (least %.0f), langchain4j %.0f ms (least %.0f), %.2f"
            + " times; least cosine %.6f%n",
        mine.get(rounds / 2),
        mine.get(0),
        others.get(rounds / 2),
        others.get(0),
        others.get(rounds / 2) / mine.get(rounds / 2),
        worst);
  }

  private static double milliseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static List<String> sentences(Tokenizer tokenizer) {
    Random random = new Random(5);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      StringBuilder s = new StringBuilder();
      for (int words = 1 + random.nextInt(i % 10 == 0 ? 120 : 25); words > 0; words--) {
        String word = String.valueOf(tokenizer.idToToken(1996 + random.nextInt(25000)));
        s.append(word.startsWith("##") ? word.substring(2) : " " + word);
      }
      out.add(s.append('.').toString().strip());
    }
    return out;
  }
}
