package org.keras4j.hub.generation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.Tensor;
import org.keras4j.core.Variable;
import org.keras4j.core.serialization.Config;
import org.keras4j.core.serialization.KerasSerializable;
import org.keras4j.hub.decoder.CausalBackbone;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.decoder.HuggingFaceDecoder;
import org.keras4j.hub.gguf.Gguf;
import org.keras4j.hub.gguf.GgufDecoder;
import org.keras4j.hub.gguf.GgufTokenizer;
import org.keras4j.layers.AdaptableLayer;
import org.keras4j.layers.CallContext;
import org.keras4j.layers.Layer;
import org.keras4j.layers.SavedAssets;
import org.keras4j.models.Model;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;

/**
 * A language model that continues texts ({@code CausalLM} of KerasHub).
 *
 * <pre>{@code
 * CausalLM model = CausalLM.fromPreset(Path.of("Llama-3.2-1B"));
 * String story = model.generate("Once upon a time", Generation.maxNewTokens(100).temperature(0.8));
 * }</pre>
 *
 * <p>As a model it takes tokens {@code (batch, time)} and gives logits of the token that follows each, {@code (batch, time,
 * vocabulary)}: it is compiled and trained as any other. Generating may be done by several threads at once, each with a cache of
 * its own, while the weights stay as they are.
 */
@KerasSerializable(pkg = "keras4j.hub")
public final class CausalLM extends Model implements SavedAssets {
  @Config
  private @Nullable CausalBackbone backbone;

  private @Nullable Tokenizer tokenizer;
  private Set<Integer> endTokens = Set.of();
  private Map<String, String> preset = Map.of();
  private @Nullable DecodingSteps steps;

  private CausalLM() {}

  /**
   * On a network.
   *
   * @param backbone the network
   */
  public CausalLM(CausalBackbone backbone) {
    this.backbone = backbone;
  }

  /**
   * Reads a model of Hugging Face: {@code config.json}, weights in {@code .safetensors}, {@code tokenizer.json}, and {@code
   * generation_config.json} if there is one. Or a preset of KerasHub, of a GPT-2, Llama, Llama 3, Mistral or Qwen 3: {@code
   * config.json}, {@code model.weights.h5} or several such files, and the tokenizer with its assets. Weights are float32.
   *
   * @param folder of a model whose type is Llama, Mistral, Mixtral, Qwen 2, Qwen 3 (dense or a mixture of experts), Gemma 2, Gemma 3 or GPT-2
   * @return the model
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the model is of another type, or has settings or weights that are not known here, which
   *     are named
   */
  public static CausalLM fromPreset(Path folder) throws IOException {
    return fromPreset(folder, "float32");
  }

  /**
   * {@link #fromPreset(Path)} with another dtype.
   *
   * @param folder of the model
   * @param dtype a dtype policy, as {@code "bfloat16"}
   * @return the model
   * @throws IOException if a file cannot be read
   */
  public static CausalLM fromPreset(Path folder, String dtype) throws IOException {
    return new PresetReader(folder, dtype).read();
  }

  /**
   * Reads a model of llama.cpp with its tokenizer; weights become float32.
   *
   * @param file a {@code .gguf} file of Llama, Mistral, Mixtral, Qwen 2, Qwen 3 (dense or a mixture of experts) or Gemma 3
   * @return the model
   * @throws IOException if the file cannot be read, is damaged or hostile
   * @throws IllegalArgumentException if the model is of another type, or has settings or weights that are not known here
   */
  public static CausalLM fromGguf(Path file) throws IOException {
    return fromGguf(file, "float32");
  }

  /**
   * {@link #fromGguf(Path)} with another dtype.
   *
   * @param file of the model
   * @param dtype a dtype policy, as {@code "bfloat16"}
   * @return the model
   * @throws IOException if the file cannot be read, is damaged or hostile
   */
  public static CausalLM fromGguf(Path file, String dtype) throws IOException {
    return fromGguf(file, dtype, false);
  }

  /**
   * {@link #fromGguf(Path, String)} whose matrices stay packed as they lie in the file, where they are of Q8_0, Q4_0 or Q4_K and
   * their sizes are multiples of 64: some 10 bits a weight for Q8_0 and 5 for the others. In {@code "bfloat16"} on a CPU with
   * AVX-512 PyTorch multiplies by them as they are; elsewhere each call unpacks them, which saves memory and costs time. Such a
   * model is not trained.
   *
   * @param file of the model
   * @param dtype a dtype policy, as {@code "bfloat16"}; scales are rounded to it
   * @param packed whether matrices stay packed
   * @return the model
   * @throws IOException if the file cannot be read, is damaged or hostile
   */
  public static CausalLM fromGguf(Path file, String dtype, boolean packed) throws IOException {
    try (Gguf gguf = Gguf.open(file)) {
      DecoderConfig config = packed ? GgufDecoder.packed(gguf) : GgufDecoder.config(gguf);
      CausalLM model = PresetReader.built(new DecoderBackbone(config), dtype);
      HuggingFaceDecoder.weights("model.", config)
          .load(model.backbone(), GgufDecoder.weights(gguf, config));
      model.tokenizer(GgufTokenizer.of(gguf));
      return model.endTokens(GgufDecoder.endTokens(gguf));
    }
  }

  /** The network. */
  public CausalBackbone backbone() {
    return Objects.requireNonNull(backbone, () -> label() + ": has no backbone");
  }

  /** What turns texts into tokens; null if there is nothing to do so. */
  public @Nullable Tokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Sets what turns texts into tokens.
   *
   * @param value its tokens are those of the network; null for none. It is not saved with the model, other than one that a
   *     folder brought
   * @return this model
   */
  public CausalLM tokenizer(@Nullable Tokenizer value) {
    Map<String, String> rest = new LinkedHashMap<>(preset);
    rest.remove(PresetReader.TOKENIZER);
    preset = rest;
    tokenizer = value;
    return this;
  }

  /** The files that say what the model is besides its weights; files of this model hold them too. */
  CausalLM preset(Map<String, String> texts) throws IOException {
    Tokenizer words = PresetReader.tokenizer(texts);
    tokenizer = words == null ? tokenizer : words;
    preset = Map.copyOf(texts);
    return endTokens(PresetReader.endTokens(texts, words));
  }

  /** The tokens that end a text. */
  public Set<Integer> endTokenIds() {
    return endTokens;
  }

  /**
   * Sets the tokens that end a text.
   *
   * @param tokens their numbers; none by default
   * @return this model
   */
  public CausalLM endTokens(int... tokens) {
    Set<Integer> all = new TreeSet<>();
    for (int t : tokens) {
      all.add(t);
    }
    endTokens = Set.copyOf(all);
    return this;
  }

  @Override
  protected void build(Shape input) {
    backbone().buildFor(input);
  }

  @Override
  protected Tensor call(Tensor tokens, CallContext context) {
    return backbone().logits(backbone().invoke(tokens));
  }

  /**
   * Writes a folder that Hugging Face's library reads, or KerasHub if the model came from a preset of its: the settings and the
   * tokenizer that the model came with, and its weights, updates of {@link #enableLora} merged into them.
   *
   * @param folder made if it is not there; files of the same names are replaced
   * @throws IOException if that is not possible
   * @throws IllegalStateException if the model did not come from such a folder, or is a part of another model there
   */
  public void saveToPreset(Path folder) throws IOException {
    String config = preset.get(PresetReader.CONFIG);
    if (config == null) {
      throw new IllegalStateException(
          label() + ": did not come from a folder of Hugging Face or KerasHub");
    }
    PresetReader.write(folder, this, preset);
  }

  /** Nothing beside the weights. */
  @Override
  public Map<String, NDArray> savedArrays() {
    return Map.of();
  }

  /** The settings and the tokenizer that the model came with, by the names of their files. */
  @Override
  public Map<String, String> savedTexts() {
    return preset;
  }

  @Override
  public void loadAssets(Map<String, NDArray> arrays, Map<String, String> texts) {
    try {
      preset(texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Freezes the network but for low-rank updates of the queries and values of attention (LoRA; Hu et al. 2021,
   * arXiv:2106.09685). To be compiled afterwards.
   *
   * @param rank of the updates, above 0
   * @return this model
   * @throws IllegalStateException if they are there already, or matrices are packed
   */
  public CausalLM enableLora(int rank) {
    if (backbone() instanceof DecoderBackbone d && d.config().isPacked()) {
      throw new IllegalStateException(
          label() + ": is packed, and packed matrices take no updates; load it without packing");
    }
    steps();
    List<Variable> before = weights();
    for (Layer l : flattenLayers(false)) {
      boolean wanted = l.name().equals("query") || l.name().equals("value");
      if (wanted && l instanceof AdaptableLayer<?> a) {
        a.enableLora(rank);
      }
    }
    before.forEach(v -> v.setTrainable(false));
    clearSteps();
    return this;
  }

  /**
   * Trains the compiled model to continue texts. Longer ones are cut into several; shorter ones are filled up, which does not
   * count. A token that ends texts, if the model has one, follows each.
   *
   * @param texts one an example
   * @param sequenceLength how many tokens an example has at most, 2 or more
   * @param options epochs, batches and the like, without weights of samples
   * @return losses and metrics
   * @throws IllegalStateException if there is no tokenizer, or the model is not compiled
   */
  public History fitTexts(List<String> texts, int sequenceLength, Fit options) {
    List<int[]> tokens = new ArrayList<>();
    texts.forEach(t -> tokens.add(tokens(t)));
    TextExamples e = TextExamples.of(tokens, endTokens, sequenceLength);
    return fit(e.inputs(), e.targets(), options.sampleWeight(e.weights()));
  }

  /** What follows a text, the likeliest tokens, 256 at most. */
  public String generate(String prompt) {
    return generate(prompt, Generation.defaults());
  }

  /**
   * What follows a text.
   *
   * @param prompt the text
   * @param options how it goes on
   * @return the text that follows, without the one given
   * @throws IllegalStateException if there is no tokenizer
   * @throws IllegalArgumentException if the text has no tokens, or too many for the network
   */
  public String generate(String prompt, Generation options) {
    return generate(List.of(prompt), options).get(0).text();
  }

  /**
   * What follows a text, told piece by piece as it comes.
   *
   * @param prompt the text
   * @param options how it goes on
   * @param listener called with each piece, one or more whole characters
   * @return all pieces, and why it ended
   */
  public Generated generate(String prompt, Generation options, Consumer<String> listener) {
    try (TextStream text = stream(prompt, options)) {
      text.forEachRemaining(listener);
      return text.result();
    }
  }

  /**
   * What follows each of several texts, which are continued together.
   *
   * @param prompts the texts
   * @param options how they go on
   * @return what follows, in the order of the texts
   */
  public List<Generated> generate(List<String> prompts, Generation options) {
    List<int[]> tokens = new ArrayList<>();
    prompts.forEach(p -> tokens.add(tokens(p)));
    return generateTokens(tokens, options);
  }

  /**
   * What follows each of several texts that are tokens already; there need not be a tokenizer.
   *
   * @param prompts the tokens of each, none empty
   * @param options how they go on; without a tokenizer they stop at no texts
   * @return what follows, in the order of the texts
   */
  public List<Generated> generateTokens(List<int[]> prompts, Generation options) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    List<Continuation> texts = new ArrayList<>();
    prompts.forEach(p -> texts.add(continuation(p, options)));
    if (!options.alone()) {
      finish(new BatchDecoding(steps(), texts, seed(options)));
    } else {
      long seed = seed(options);
      for (int i = 0; i < texts.size(); i++) {
        finish(decoding(texts.get(i), options, seed + i));
      }
    }
    return texts.stream().map(Continuation::result).toList();
  }

  /**
   * What follows a text, to be taken piece by piece.
   *
   * @param prompt the text
   * @param options how it goes on
   * @return the pieces; to be closed
   */
  public TextStream stream(String prompt, Generation options) {
    Continuation text = continuation(tokens(prompt), options);
    return new TextStream(text, decoding(text, options, seed(options)));
  }

  private static void finish(Decoding decoding) {
    try (decoding) {
      while (!decoding.isEnded()) {
        decoding.next();
      }
    }
  }

  private Decoding decoding(Continuation text, Generation options, long seed) {
    boolean alone = options.alone();
    CausalLM assistant = options.assistant;
    if (options.contrastiveTokens > 0) {
      return new ContrastiveDecoding(
          steps(), text, options.contrastiveTokens, options.contrastivePenalty);
    }
    if (alone && assistant == null) {
      return new BeamDecoding(steps(), text, options.numBeams, options.lengthPenalty);
    }
    return assistant == null
        ? new BatchDecoding(steps(), List.of(text), seed)
        : new SpeculativeDecoding(
            steps(), assistant.steps(), text, seed, options.numAssistantTokens);
  }

  static long seed(Generation options) {
    return options.seed == null ? SeedGenerator.defaultSeed() : options.seed;
  }

  int[] tokens(String prompt) {
    if (tokenizer == null) {
      throw new IllegalStateException(
          label() + ": has no tokenizer; set one, or give tokens to generateTokens");
    }
    return tokenizer.encode(prompt).ids();
  }

  private Continuation continuation(int[] prompt, Generation options) {
    Integer most = backbone().maxLength();
    return continuation(prompt, options, most == null ? Integer.MAX_VALUE : most);
  }

  Continuation continuation(int[] prompt, Generation options, int most) {
    if (tokenizer == null && !options.stop.isEmpty()) {
      throw new IllegalStateException(label() + ": needs a tokenizer to stop at texts");
    }
    for (int t : prompt) {
      if (t < 0 || t >= backbone().vocabularySize()) {
        throw new IllegalArgumentException(label() + ": expected tokens from 0 to "
            + (backbone().vocabularySize() - 1) + ", got " + t);
      }
    }
    return new Continuation(prompt, options, endTokens, tokenizer, most);
  }

  synchronized DecodingSteps steps() {
    if (!isBuilt()) {
      buildFor(Shape.of(-1, -1));
    }
    if (steps == null) {
      steps = new DecodingSteps(backbone());
    }
    return steps;
  }
}
