package org.keras4j.hub.seq2seq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.hub.Golden;
import org.keras4j.hub.layers.LogMelSpectrogram;
import org.keras4j.hub.weights.SafeTensors;
import org.keras4j.hub.weights.WeightSource;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.ops.Ops;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;
import org.keras4j.training.optimizers.SGD;

/** Tiny models that read and write beside Hugging Face's, on every backend. */
class Seq2SeqGoldenTest {
  @TempDir
  Path folder;

  private static Map<String, Object> inputs(SafeTensors golden, String... names) {
    Map<String, Object> x = new LinkedHashMap<>();
    for (String name : names) {
      x.put(name, golden.read(name));
    }
    return x;
  }

  private void trains(
      String kind, Functional model, Map<String, Object> x, SafeTensors golden, Saver saver)
      throws IOException {
    Golden.same(kind, golden.read("logits"), (NDArray) model.predictOnBatch(x), 1e-5);
    Path before = Golden.folder("seq2seq/" + kind);
    saver.save(model, folder.resolve("before"));
    model.compile(new SGD(1), new SparseCategoricalCrossentropy().fromLogits(true));
    Map<String, Double> logs = model.trainOnBatch(x, golden.read("labels"));
    assertEquals(golden.read("loss").getDouble(0), logs.get("loss"), 1e-4);
    saver.save(model, folder.resolve("after"));
    int compared = 0;
    try (WeightSource a = SafeTensors.open(before);
        WeightSource same = SafeTensors.open(folder.resolve("before"));
        WeightSource b = SafeTensors.open(folder.resolve("after"))) {
      for (String name : b.names()) {
        assertEquals(a.read(name), same.read(name), name);
        if (golden.names().contains("grad." + name)) {
          NDArray step = Ops.subtract(a.read(name), b.read(name)).toNDArray();
          Golden.same(kind + " " + name, golden.read("grad." + name), step, 1e-5);
          compared++;
        }
      }
    }
    assertTrue(compared > 40, compared + " gradients");
    NDArray trained = (NDArray) model.predictOnBatch(x);
    Path file = folder.resolve("model.keras");
    model.save(file);
    Golden.same(kind, trained, (NDArray) Model.load(file).predictOnBatch(x), 1e-6);
  }

  private interface Saver {
    void save(Functional model, Path target) throws IOException;
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "t5v11"})
  void t5TrainsTheSame(String kind) throws IOException {
    SafeTensors golden = Golden.expected("seq2seq/" + kind);
    T5Preset preset = T5Preset.open(Golden.folder("seq2seq/" + kind));
    Map<String, Object> x =
        inputs(golden, "encoder_token_ids", "encoder_padding_mask", "decoder_token_ids");
    trains(kind, preset.model(), x, golden, preset::save);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "t5v11"})
  void t5WritesTheSame(String kind) throws IOException {
    SafeTensors golden = Golden.expected("seq2seq/" + kind);
    T5Preset preset = T5Preset.open(Golden.folder("seq2seq/" + kind));
    GreedyWriter writer = new GreedyWriter(preset.graphs());
    Map<String, NDArray> read = new LinkedHashMap<>();
    inputs(golden, "encoder_token_ids", "encoder_padding_mask")
        .forEach((k, v) -> read.put(k, (NDArray) v));
    List<String> kept = List.of("encoder_padding_mask");
    int[] start = {preset.start()};
    NDArray want = golden.read("generated_without_end");
    assertEquals(200, want.shape().dim(1));
    List<int[]> got = writer.write(
        read,
        kept,
        new GreedyWriter.Rules(start, preset.end(), 200, List.of(preset.end()), List.of()));
    for (int r = 0; r < got.size(); r++) {
      assertArrayEquals(want.slice(r, r + 1).toIntArray(), got.get(r), kind + " " + r);
    }
    NDArray plain = golden.read("generated");
    List<int[]> short1 = writer.write(
        read, kept, new GreedyWriter.Rules(start, preset.end(), 200, List.of(), List.of()));
    for (int r = 0; r < short1.size(); r++) {
      List<Integer> row = new ArrayList<>();
      for (int t : plain.slice(r, r + 1).toIntArray()) {
        if (t == preset.end()) {
          break;
        }
        row.add(t);
      }
      assertEquals(row, Arrays.stream(short1.get(r)).boxed().toList(), kind + " " + r);
    }
  }

  @Test
  void whisperTrainsTheSame() throws IOException {
    SafeTensors golden = Golden.expected("seq2seq/whisper");
    WhisperPreset preset = WhisperPreset.open(Golden.folder("seq2seq/whisper"));
    Map<String, Object> x = new LinkedHashMap<>();
    x.put("encoder_features", golden.read("features"));
    x.put("decoder_token_ids", golden.read("decoder_token_ids"));
    trains("whisper", preset.model(), x, golden, preset::save);
  }

  @Test
  void whisperWritesTheSame() throws IOException {
    SafeTensors golden = Golden.expected("seq2seq/whisper");
    WhisperPreset preset = WhisperPreset.open(Golden.folder("seq2seq/whisper"));
    GreedyWriter writer = new GreedyWriter(preset.graphs());
    int[] got = writer
        .write(
            Map.of("encoder_features", golden.read("features")),
            List.of(),
            new GreedyWriter.Rules(
                new int[] {3, 11}, preset.end(), 36, preset.never(), preset.notFirst()))
        .get(0);
    int[] want = Arrays.stream(golden.read("generated").toIntArray())
        .filter(t -> t != preset.end())
        .toArray();
    assertArrayEquals(want, got);
  }

  @Test
  void soundIsHeardTheSame() throws IOException {
    SafeTensors golden = Golden.expected("seq2seq/whisper");
    NDArray samples = golden.read("sound");
    NDArray sound = samples.reshape(1, samples.size());
    for (String name : List.of("features", "wide_features")) {
      NDArray want = golden.read(name);
      LogMelSpectrogram layer = new LogMelSpectrogram(want.shape().intDim(-1)).dtype(DType.FLOAT64);
      Golden.same(name, want, layer.invoke(sound).toNDArray().astype(DType.FLOAT32), 1e-5);
    }
    assertThrows(IllegalArgumentException.class, () -> new LogMelSpectrogram(0));
    assertThrows(IllegalArgumentException.class, () -> new LogMelSpectrogram(8).stride(300));
  }

  @Test
  void whatIsNotKnownIsRefused() throws IOException {
    for (String change : List.of(
        "\"feed_forward_proj\": \"gated-silu\"",
        "\"dense_act_fn\": \"gelu_new\"",
        "\"d_kv\": 0",
        "\"future\": 1")) {
      Golden.changed("seq2seq/t5", folder, change);
      assertThrows(IllegalArgumentException.class, () -> T5Preset.open(folder), change);
    }
  }

  @Test
  void sizesThatNoFileHasAreRefused() throws IOException {
    for (String key : List.of(
        "num_layers", "num_decoder_layers", "vocab_size", "relative_attention_max_distance")) {
      Golden.changed("seq2seq/t5", folder, "\"" + key + "\": 2000000000");
      Golden.refused(key, () -> T5Preset.open(folder).model());
    }
    for (String key : List.of(
        "encoder_layers", "decoder_layers", "vocab_size", "max_source_positions", "num_mel_bins")) {
      Golden.changed("seq2seq/whisper", folder, "\"" + key + "\": 2000000000");
      Golden.refused(key, () -> WhisperPreset.open(folder).model());
    }
  }

  @Test
  void textsAreReadAndWritten() throws IOException {
    Path from = Golden.folder("seq2seq/t5");
    Seq2SeqLM t5 = Seq2SeqLM.fromPreset(from);
    List<String> texts = List.of("w5 w6 w7 w8", "w20", "w9 w9 w30 w31 w32 w33");
    List<String> together = t5.generate(texts, 20);
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(together.get(i), t5.generate(texts.get(i), 20), texts.get(i));
    }
    List<int[]> tokens = t5.generateTokens(List.of(new int[] {5, 6, 7, 8, 1}), 20);
    assertEquals(together.get(0), Tokenizer.load(from).decode(tokens.get(0), true));
    assertTrue(tokens.get(0).length > 0 && tokens.get(0).length <= 20);
    assertEquals(List.of(), t5.generate(List.of(), 5));
    assertThrows(IllegalArgumentException.class, () -> t5.generate("w5", 0));
    assertThrows(IllegalArgumentException.class, () -> t5.generateTokens(List.of(new int[0]), 5));
  }

  @Test
  void modelsLearnToAnswer() throws IOException {
    Seq2SeqLM t5 = Seq2SeqLM.fromPreset(Golden.folder("seq2seq/t5v11"));
    List<String> texts = List.of("w5 w6", "w7 w8 w9", "w10");
    List<String> answers = List.of("w20 w21 w22", "w23", "w24 w25");
    t5.model().compile(new Adam(1e-2), new SparseCategoricalCrossentropy().fromLogits(true));
    t5.fit(texts, answers, Fit.epochs(60).batchSize(3).verbose(0));
    assertEquals(answers, t5.generate(texts, 10));
    assertThrows(IllegalArgumentException.class, () -> t5.fit(texts, List.of("w1"), Fit.epochs(1)));
  }

  @Test
  void soundIsTranscribed() throws IOException {
    Path from = Golden.folder("seq2seq/whisper");
    AudioToText whisper = AudioToText.fromPreset(from);
    NDArray samples = Golden.expected("seq2seq/whisper").read("sound");
    short[] quantized = new short[samples.size()];
    float[] sound = new float[samples.size()];
    for (int i = 0; i < sound.length; i++) {
      quantized[i] = (short) Math.round(samples.getFloat(i) * 32767);
      sound[i] = quantized[i] / 32768f;
    }
    String text = whisper.transcribe(sound, "en");
    Tokenizer tokenizer = Tokenizer.load(from);
    int[] written = whisper.tokens(whisper.features(sound, 0), new int[] {3, 11, 12, 13}, 36);
    assertEquals(tokenizer.decode(written, true).strip(), text);
    assertTrue(!text.isEmpty() && !text.contains("<|"), text);

    ByteBuffer wav = ByteBuffer.allocate(44 + 4 * sound.length).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 4 * sound.length);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 2).putInt(16000).putInt(64000);
    wav.putShort((short) 4).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(4 * sound.length);
    for (short s : quantized) {
      wav.putShort(s).putShort(s); // two equal channels
    }
    Path file = folder.resolve("sound.wav");
    Files.write(file, wav.array());
    assertEquals(text, whisper.transcribe(file));
    // two pieces
    float[] twice = Arrays.copyOf(sound, 2 * sound.length);
    System.arraycopy(sound, 0, twice, sound.length, sound.length);
    assertTrue(whisper.transcribe(twice, "en").length() > text.length());
    assertThrows(IllegalArgumentException.class, () -> whisper.transcribe(sound, "xx"));
  }
}
