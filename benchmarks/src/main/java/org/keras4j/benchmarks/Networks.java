package org.keras4j.benchmarks;

import org.keras4j.applications.Application;
import org.keras4j.applications.ConvNeXtTiny;
import org.keras4j.applications.EfficientNetB0;
import org.keras4j.applications.MobileNetV2;
import org.keras4j.applications.ResNet50;
import org.keras4j.benchmarks.networks.SmallNetworks;
import org.keras4j.benchmarks.networks.Transformers;
import org.keras4j.models.Model;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.AdamW;
import org.keras4j.training.optimizers.SGD;

/** The network of each workload, compiled for training where that is measured. */
final class Networks {
  private static final String CLASSES = "sparse_categorical_crossentropy";
  static final String YES_OR_NO = "binary_crossentropy";

  private Networks() {}

  static Model of(Workload w, Sizes sizes) {
    return switch (w) {
      case MLP_TRAIN -> compiled(SmallNetworks.perceptron(), CLASSES);
      case CNN_TRAIN -> compiled(SmallNetworks.convolutional(), CLASSES);
      case RESNET50_INFER, RESNET50_INFER_32 -> untrained(new ResNet50(), sizes);
      case RESNET50_TRAIN -> {
        Model m = untrained(new ResNet50(), sizes);
        m.compile(new SGD(0.01).momentum(0.9), CLASSES);
        yield m;
      }
      case MOBILENETV2_INFER, MOBILENETV2_INFER_32 -> untrained(new MobileNetV2(), sizes);
      case EFFICIENTNETB0_INFER, EFFICIENTNETB0_INFER_32 -> untrained(new EfficientNetB0(), sizes);
      case CONVNEXTTINY_INFER, CONVNEXTTINY_INFER_32 -> untrained(new ConvNeXtTiny(), sizes);
      case LSTM_TRAIN -> compiled(SmallNetworks.recurrent(sizes.vocabulary()), YES_OR_NO);
      case TRANSFORMER_TRAIN ->
        compiled(Transformers.classifier(sizes.vocabulary(), sizes.encoders()), CLASSES);
      case GPT2_TRAIN -> {
        Model m = Transformers.gpt2(
            sizes == Sizes.FULL ? 50257 : sizes.vocabulary(),
            sizes.context(),
            3 * sizes.encoders(),
            sizes.width());
        m.compile(new AdamW(3e-4), nextToken());
        yield m;
      }
      case DECODER_1B_TRAIN -> {
        Model m = LanguageModels.decoder(sizes, true);
        m.compile(new AdamW(3e-4), nextToken());
        yield m;
      }
      case BERT_LARGE_TRAIN -> {
        Model m = Transformers.bertLarge(
            sizes == Sizes.FULL ? 30522 : sizes.vocabulary(),
            w.tokens(sizes),
            6 * sizes.encoders(),
            sizes == Sizes.FULL ? 1024 : sizes.width());
        m.compile(new AdamW(3e-5), CLASSES);
        yield m;
      }
      case QUANTIZED -> QuantizedBench.dense(sizes);
      case LLAMA_1B_DECODE -> LanguageModels.decoder(sizes, false);
      case LLAMA_8B_DECODE -> LanguageModels.largeDecoder(sizes);
      case BERT_BASE_INFER ->
        Transformers.bert(
            sizes == Sizes.FULL ? 30522 : sizes.vocabulary(), 3 * sizes.encoders(), sizes.width());
      case FIT_LOOP, TABLES -> compiled(SmallNetworks.tiny(), YES_OR_NO);
      case STRINGS -> compiled(StringInputs.WORDS.network(sizes, true), YES_OR_NO);
      case EAGER_OVERHEAD_3,
          EAGER_OVERHEAD_500,
          COMPILED_DISPATCH_3,
          COMPILED_DISPATCH_500,
          PREDICT_LATENCY ->
        compiled(SmallNetworks.chain(Math.min(w.layers(), sizes.chain())), CLASSES);
    };
  }

  // by blocks of logits where keras4j.bench.blockRows says how many rows one has
  private static SparseCategoricalCrossentropy nextToken() {
    return new SparseCategoricalCrossentropy()
        .fromLogits(true)
        .blockRows(Integer.getInteger("keras4j.bench.blockRows"));
  }

  private static Model untrained(Application<?> network, Sizes sizes) {
    return network.weights(null).inputShape(sizes.side(), sizes.side(), 3).build();
  }

  static Model compiled(Model m, String loss) {
    m.compile("adam", loss);
    return m;
  }
}
