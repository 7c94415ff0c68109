package org.keras4j.hub.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;
import org.keras4j.text.Truncation;

/**
 * The embedder all-MiniLM-L6-v2 beside ONNX Runtime, on every backend; with its file on the class path (the Maven profile
 * {@code minilm}).
 */
class MiniLmTest {
  private static final String NAME = "all-minilm-l6-v2";

  private static final String CONFIG = """
      {"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
       "intermediate_size": 1536, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0,
       "position_embedding_type": "absolute"}
      """;

  @TempDir
  Path folder;

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

  /** Writes the files of the model, those of its folder at Hugging Face; skips the test if they are not on the class path. */
  static void writeModel(Path folder) throws IOException {
    for (String file : List.of(".onnx", "-tokenizer.json")) {
      try (InputStream in = MiniLmTest.class.getResourceAsStream("/" + NAME + file)) {
        assumeTrue(in != null, "the model is not on the class path");
        Path target = folder.resolve(file.equals(".onnx") ? "model.onnx" : "tokenizer.json");
        Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(folder.resolve("config.json"), CONFIG);
  }

  @Test
  void vectorsAreThoseOfOnnxRuntime() throws IOException, OrtException {
    writeModel(folder);
    TextEmbedder embedder = TextEmbedder.fromPreset(folder);
    assertEquals(384, embedder.dimension());
    Tokenizer tokenizer = Tokenizer.load(folder).padding(null).truncation(Truncation.to(512));
    List<String> sentences = sentences(tokenizer);
    float[][] ours = embedder.embed(sentences);
    double worst = 1;
    try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session =
            environment.createSession(folder.resolve("model.onnx").toString())) {
      for (int i = 0; i < ours.length; i++) {
        float[] theirs = vector(environment, session, tokenizer.encode(sentences.get(i)));
        worst = Math.min(worst, TextEmbedder.cosine(ours[i], theirs));
      }
    }
    assertTrue(worst > 0.99999, "the least cosine is " + worst);
  }

  private static float[] vector(OrtEnvironment environment, OrtSession session, Encoding e)
      throws OrtException {
    try (OnnxTensor ids = tensor(environment, e.ids());
        OnnxTensor mask = tensor(environment, e.attentionMask());
        OnnxTensor types = tensor(environment, e.typeIds());
        OrtSession.Result result = session.run(
            Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      float[][] tokens = ((float[][][]) result.get(0).getValue())[0];
      float[] sum = new float[tokens[0].length];
      for (float[] t : tokens) {
        for (int k = 0; k < sum.length; k++) {
          sum[k] += t[k];
        }
      }
      return sum; // the mean has the same direction
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, int[] values) throws OrtException {
    long[][] row = new long[1][values.length];
    for (int i = 0; i < values.length; i++) {
      row[0][i] = values[i];
    }
    return OnnxTensor.createTensor(environment, row);
  }
}
