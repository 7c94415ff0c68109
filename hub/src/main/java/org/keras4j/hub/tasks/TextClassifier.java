package org.keras4j.hub.tasks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.KerasTensor;
import org.keras4j.core.NDArray;
import org.keras4j.hub.bert.BertPreset;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.EinsumDense;
import org.keras4j.models.Functional;
import org.keras4j.ops.Ops;
import org.keras4j.text.Encoding;
import org.keras4j.text.Tokenizer;
import org.keras4j.text.Truncation;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;

/**
 * Tells classes of texts apart: a pretrained encoder with a head, trained on strings.
 *
 * <pre>{@code
 * TextClassifier classifier = TextClassifier.fromPreset(Path.of("bert-base-uncased"), List.of("bad", "good"));
 * classifier.enableLora(8);
 * classifier.fit(texts, labels, Fit.epochs(3).batchSize(16));
 * String label = classifier.classify("It was a wonderful evening.");
 * }</pre>
 *
 * <p>It is compiled with {@code Adam(5e-5)}, crossentropy of logits and accuracy; {@code model().compile(...)} takes others.
 */
public final class TextClassifier {
  private final @Nullable BertPreset preset;
  private final Functional model;
  private final Tokenizer tokenizer;
  private final List<String> labels;
  private final int maxSequenceLength;
  private final int fill;

  /**
   * Of a model.
   *
   * @param model takes {@code token_ids}, {@code padding_mask} and perhaps {@code segment_ids}, gives logits {@code (batch,
   *     classes)}
   * @param tokenizer its tokenizer
   * @param labels the names of the classes
   * @param maxSequenceLength the most tokens of a text; what is beyond does not count
   * @throws IllegalArgumentException if the model gives another number of logits than there are names
   */
  public TextClassifier(
      Functional model, Tokenizer tokenizer, List<String> labels, int maxSequenceLength) {
    this(null, model, tokenizer, labels, maxSequenceLength);
  }

  private TextClassifier(
      @Nullable BertPreset preset,
      Functional model,
      Tokenizer tokenizer,
      List<String> labels,
      int maxSequenceLength) {
    this.preset = preset;
    long classes = model.outputs().get(0).shape().last();
    if (classes != labels.size()) {
      throw new IllegalArgumentException("TextClassifier: the model has " + classes
          + " classes, there are names for " + labels.size() + ": " + labels);
    }
    this.model = model;
    this.tokenizer = tokenizer.padding(null).truncation(Truncation.to(maxSequenceLength));
    this.labels = List.copyOf(labels);
    this.maxSequenceLength = maxSequenceLength;
    this.fill = TokenFill.of(tokenizer);
    if (model.optimizer() == null) {
      compile();
    }
  }

  private void compile() {
    model.compile(new Adam(5e-5), new SparseCategoricalCrossentropy().fromLogits(true), "accuracy");
  }

  /**
   * A classifier that somebody trained.
   *
   * @param folder a folder of Hugging Face with a sequence classifier of the BERT family
   * @return the classifier, with the classes that the folder names
   * @throws IllegalArgumentException if there is no classifier in it, or something does not fit
   * @throws IOException if files cannot be read
   */
  public static TextClassifier fromPreset(Path folder) throws IOException {
    BertPreset preset = BertPreset.open(folder);
    Functional model = preset.classifier(null);
    int classes = model.outputs().get(0).shape().intDim(-1);
    List<String> labels = new ArrayList<>(preset.labels());
    for (int i = labels.size(); i < classes; i++) {
      labels.add("LABEL_" + i); // as Hugging Face calls them
    }
    return new TextClassifier(
        preset, model, preset.tokenizer(), labels, preset.maxSequenceLength());
  }

  /**
   * A classifier to be trained.
   *
   * @param folder a folder of Hugging Face with a model of the BERT family; a head of another number of classes is left out
   * @param labels the names of the classes, two or more
   * @return the classifier, with a head of random weights if there is none that fits
   * @throws IllegalArgumentException if there are less than two names, or something does not fit
   * @throws IOException if files cannot be read
   */
  public static TextClassifier fromPreset(Path folder, List<String> labels) throws IOException {
    if (labels.size() < 2 || labels.stream().distinct().count() < labels.size()) {
      throw new IllegalArgumentException(
          "TextClassifier: expected two or more different labels, got " + labels);
    }
    BertPreset preset = BertPreset.open(folder);
    return new TextClassifier(
        preset,
        preset.classifier(labels.size()),
        preset.tokenizer(),
        labels,
        preset.maxSequenceLength());
  }

  /** The model: from arrays of tokens to logits. */
  public Functional model() {
    return model;
  }

  /** The names of the classes. */
  public List<String> labels() {
    return labels;
  }

  /**
   * Trains less: the encoder's weights stay as they are, those of queries and values get an update of low rank (Hu et al. 2021,
   * arXiv:2106.09685) that is trained together with the head. The model is compiled anew.
   *
   * @param rank the rank of the updates, above 0
   * @return this classifier
   * @throws IllegalArgumentException if the rank is below 1
   * @throws IllegalStateException if it is enabled already
   */
  public TextClassifier enableLora(int rank) {
    if (rank < 1) {
      throw new IllegalArgumentException(
          "TextClassifier: the rank of LoRA expects a positive integer, got " + rank);
    }
    for (Layer layer : model.flattenLayers(false)) {
      boolean adapted = layer instanceof EinsumDense
          && (layer.name().equals("query") || layer.name().equals("value"));
      boolean head = layer.name().equals("classifier") || layer.name().equals("pre_classifier");
      if (adapted) {
        ((EinsumDense) layer).enableLora(rank);
        layer.ownWeights().stream()
            .filter(v -> !v.name().startsWith("lora_"))
            .forEach(v -> v.setTrainable(false));
      } else if (!head && layer.layers().isEmpty()) {
        layer.trainable(false);
      }
    }
    compile();
    return this;
  }

  private Map<String, NDArray> arrays(List<String> texts) {
    List<Encoding> encodings = tokenizer.encodeBatch(texts);
    @SuppressWarnings("unchecked")
    Map<String, KerasTensor> inputs = (Map<String, KerasTensor>) model.inputStructure();
    int length = TokenBatch.length(TokenBatch.longest(encodings), maxSequenceLength);
    return TokenBatch.of(encodings, texts.size(), length, fill, inputs.containsKey("segment_ids"));
  }

  private NDArray targets(List<String> texts, List<String> classes) {
    if (texts.isEmpty() || texts.size() != classes.size()) {
      throw new IllegalArgumentException("TextClassifier: expected texts and a class for each, got "
          + texts.size() + " and " + classes.size());
    }
    int[] y = new int[classes.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = labels.indexOf(classes.get(i));
      if (y[i] < 0) {
        throw new IllegalArgumentException(
            "TextClassifier: '" + classes.get(i) + "' is none of the classes, which are " + labels);
      }
    }
    return NDArray.of(y, y.length);
  }

  /**
   * Trains on texts.
   *
   * @param texts any number of texts
   * @param classes the name of each one's class
   * @param options epochs, batch size and so on
   * @return loss and metrics of each epoch
   * @throws IllegalArgumentException if there are not as many classes as texts, or one has no such name
   */
  public History fit(List<String> texts, List<String> classes, Fit options) {
    return model.fit(arrays(texts), targets(texts, classes), options);
  }

  /**
   * Loss and metrics on texts.
   *
   * @param texts any number of texts
   * @param classes the name of each one's class
   * @return the values by name
   * @throws IllegalArgumentException if there are not as many classes as texts, or one has no such name
   */
  public Map<String, Double> evaluate(List<String> texts, List<String> classes) {
    return model.evaluate(arrays(texts), targets(texts, classes), Run.defaults().verbose(0));
  }

  /**
   * The probabilities of classes.
   *
   * @param texts any number of texts
   * @return for each text a probability for each class, in the order of {@link #labels}
   */
  public float[][] predict(List<String> texts) {
    if (texts.isEmpty()) {
      return new float[0][];
    }
    NDArray logits = model.predict(arrays(texts), Run.defaults().verbose(0));
    NDArray p = Ops.softmax(logits, -1).toNDArray();
    float[][] out = new float[texts.size()][];
    for (int i = 0; i < out.length; i++) {
      out[i] = p.slice(i, i + 1).toFloatArray();
    }
    return out;
  }

  /**
   * The likeliest class of a text.
   *
   * @param text any text
   * @return the class's name
   */
  public String classify(String text) {
    return classify(List.of(text)).get(0);
  }

  /**
   * The likeliest classes of texts.
   *
   * @param texts any number of texts
   * @return a class's name for each
   */
  public List<String> classify(List<String> texts) {
    List<String> out = new ArrayList<>();
    for (float[] p : predict(texts)) {
      int best = 0;
      for (int i = 1; i < p.length; i++) {
        best = p[i] > p[best] ? i : best;
      }
      out.add(labels.get(best));
    }
    return out;
  }

  /**
   * Writes the classifier as a folder of Hugging Face, from which {@link #fromPreset(Path)} and Hugging Face's library read it:
   * config, weights and the files of the tokenizer.
   *
   * @param folder its place; made if it is not there
   * @throws IllegalStateException if this one was not read from such a folder
   * @throws IOException if files cannot be written
   */
  public void save(Path folder) throws IOException {
    if (preset == null) {
      throw new IllegalStateException(
          "TextClassifier: only one made by fromPreset can be written as a folder;"
              + " model().save(file) writes the model");
    }
    preset.save(model, labels, folder);
  }
}
