package org.keras4j.hub.seq2seq;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.hub.layers.LogMelSpectrogram;
import org.keras4j.models.Functional;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.data.Wav;

/**
 * Writes what was said in a recording.
 *
 * <pre>{@code
 * AudioToText whisper = AudioToText.fromPreset(Path.of("whisper-tiny"));
 * String text = whisper.transcribe(Path.of("speech.wav"));
 * }</pre>
 *
 * <p>Recordings longer than what the model hears at once, 30 seconds, are cut there, and the texts joined. The likeliest token
 * is written each time, without marks of time.
 */
public final class AudioToText {
  /** Samples a second of the sound that models hear. */
  public static final int SAMPLING_RATE = 16000;

  private static final int STRIDE = 160;

  private final EncoderDecoder graphs;
  private final GreedyWriter writer;
  private final LogMelSpectrogram spectrogram;
  private final Tokenizer tokenizer;
  private final WhisperPreset preset;
  private final int frames;

  private AudioToText(WhisperPreset preset) throws IOException {
    this.preset = preset;
    this.graphs = preset.graphs();
    this.writer = new GreedyWriter(graphs);
    this.spectrogram = new LogMelSpectrogram(preset.mels()).dtype(DType.FLOAT64);
    this.tokenizer = preset.tokenizer();
    this.frames = preset.frames();
  }

  /**
   * A pretrained model.
   *
   * @param folder a folder of Hugging Face with a Whisper ({@link WhisperPreset})
   * @return the model, without dropout
   * @throws IllegalArgumentException if there is a setting that is not known, or weights do not fit
   * @throws IOException if files cannot be read
   */
  public static AudioToText fromPreset(Path folder) throws IOException {
    return new AudioToText(WhisperPreset.open(folder));
  }

  /** The model: from frames of sound and tokens to logits, as {@link WhisperBackbone} says. */
  public Functional model() {
    return graphs.model();
  }

  /**
   * Writes what is said in English.
   *
   * @param wav a WAV file of any rate; of several channels the mean counts
   * @return the text
   * @throws IOException if the file cannot be read
   */
  public String transcribe(Path wav) throws IOException {
    Wav sound = Wav.read(wav).resampled(SAMPLING_RATE);
    int n = sound.samples().shape().intDim(0);
    int channels = sound.samples().shape().intDim(1);
    float[] mean = new float[n];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < channels; c++) {
        mean[i] += sound.samples().getFloat(i * channels + c) / channels;
      }
    }
    return transcribe(mean, "en");
  }

  /**
   * Writes what is said.
   *
   * @param sound samples from -1 to 1, {@link #SAMPLING_RATE} a second
   * @param language the language, {@code "en"}; models that know only English do not look at it
   * @return the text
   * @throws IllegalArgumentException if the model does not know the language
   */
  public String transcribe(float[] sound, String language) {
    int[] start = start(language);
    int piece = frames * STRIDE;
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < Math.max(1, sound.length); at += piece) {
      out.append(tokenizer.decode(
          tokens(features(sound, at), start, preset.targetPlaces() - start.length), true));
    }
    return out.toString().strip();
  }

  private int[] start(String language) {
    List<Integer> out = new ArrayList<>(List.of(preset.start()));
    Integer task = tokenizer.tokenToId("<|transcribe|>");
    Integer english = tokenizer.tokenToId("<|en|>");
    if (task != null && english != null && preset.isMultilingual()) {
      Integer spoken = tokenizer.tokenToId("<|" + language + "|>");
      if (spoken == null) {
        throw new IllegalArgumentException(
            "AudioToText: the model does not know the language '" + language + "'");
      }
      out.add(spoken);
      out.add(task);
    }
    Integer timeless = tokenizer.tokenToId("<|notimestamps|>");
    if (timeless != null) {
      out.add(timeless);
    }
    return out.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * What the encoder hears of a piece of sound, silence behind its end: {@code (1, frames, mels)}.
   *
   * @param sound samples, {@link #SAMPLING_RATE} a second
   * @param from the first sample of the piece
   */
  NDArray features(float[] sound, int from) {
    NDArray piece = NDArray.zeros(DType.FLOAT32, Shape.of(1, (long) frames * STRIDE));
    for (int i = 0; i < frames * STRIDE && from + i < sound.length; i++) {
      piece.setDouble(i, sound[from + i]);
    }
    return spectrogram.invoke(piece).toNDArray().astype(graphs.model().computeDtype());
  }

  /** The tokens that are written for what is heard. */
  int[] tokens(NDArray features, int[] start, int most) {
    GreedyWriter.Rules rules =
        new GreedyWriter.Rules(start, preset.end(), most, preset.never(), preset.notFirst());
    return writer.write(Map.of("encoder_features", features), List.of(), rules).get(0);
  }
}
