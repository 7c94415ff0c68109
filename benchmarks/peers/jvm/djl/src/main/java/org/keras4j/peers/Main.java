package org.keras4j.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.DefaultVocabulary;
import ai.djl.modality.nlp.embedding.TrainableWordEmbedding;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** DJL with PyTorch. */
public final class Main implements Library {
  private static final int VOCABULARY = 20_000;

  public static void main(String[] args) {
    System.setProperty("ai.djl.offline", "true"); // it reports its use over the network otherwise
    Program.run(new Main(), args);
  }

  @Override
  public String peer() {
    return "djl";
  }

  @Override
  public String backend() {
    return "pytorch";
  }

  @Override
  public String versions() {
    return "DJL " + Engine.getDjlVersion() + " libtorch " + Engine.getInstance().getVersion();
  }

  @Override
  public Job prepare(String workload, Batches b) throws Exception {
    Engine.getInstance().setRandomSeed(1);
    int n = b.size();
    return switch (workload) {
      case "mlp_train" ->
        classifier(perceptron(), b.normalPool(784), b.tokenPool(10, 1), new Shape(n, 784));
      case "cnn_train" ->
        classifier(
            convolutional(), b.normalPool(784), b.tokenPool(10, 1), new Shape(n, 1, 28, 28));
      case "lstm_train" -> recurrent(b);
      case "fit_loop" -> loop(b);
      case "predict_latency" -> prediction(b, "1");
      case "compiled_dispatch_3" -> prediction(b, "predict_on_batch");
      default -> null;
    };
  }

  private static Job classifier(Block block, float[][] x, int[][] y, Shape shape) {
    Trainer t = trainer(block, Loss.softmaxCrossEntropyLoss(), shape);
    return new Job(
        "", k -> step(t, m -> m.create(x[k % 4], shape), m -> m.create(y[k % 4])), count(block));
  }

  private static Job recurrent(Batches b) {
    int n = b.size();
    int[][] x = b.tokenPool(VOCABULARY, 80);
    int[][] y = b.tokenPool(2, 1);
    List<String> words = IntStream.range(0, VOCABULARY).mapToObj(Integer::toString).toList();
    Block block = new SequentialBlock()
        .add(TrainableWordEmbedding.builder()
            .setEmbeddingSize(128)
            .setVocabulary(new DefaultVocabulary(words))
            .optNumEmbeddings(VOCABULARY)
            .build())
        .add(LSTM.builder().setStateSize(64).setNumLayers(1).optBatchFirst(true).build())
        .add(new LambdaBlock(out -> new NDList(out.head().get(":, -1"))))
        .add(dense(1));
    Trainer t = trainer(block, Loss.sigmoidBinaryCrossEntropyLoss(), new Shape(n, 80));
    Step step = k -> step(
        t,
        m -> m.create(IntStream.of(x[k % 4]).asLongStream().toArray(), new Shape(n, 80)),
        m -> m.create(Batches.floats(y[k % 4]), new Shape(n, 1)));
    return new Job("", step, count(block));
  }

  private static Job loop(Batches b) {
    int rows = Batches.FIT_ROWS;
    Block block = new SequentialBlock().add(dense(32)).add(Activation::relu).add(dense(1));
    Trainer t =
        trainer(block, Loss.sigmoidBinaryCrossEntropyLoss(), new Shape(b.size(), 20));
    NDManager m = t.getManager();
    ArrayDataset set = new ArrayDataset.Builder()
        .setData(m.create(b.normal(rows * 20), new Shape(rows, 20)))
        .optLabels(m.create(Batches.floats(b.tokens(2, rows)), new Shape(rows, 1)))
        .setSampling(b.size(), true)
        .build();
    Step epoch = k -> {
      EasyTrain.fit(t, 1, set, null);
      return t.getTrainingResult().getTrainLoss();
    };
    return new Job("", epoch, count(block), (rows + b.size() - 1) / b.size());
  }

  private static Job prediction(Batches b, String part) {
    float[][] x = b.normalPool(8);
    int n = b.size();
    Block block = new SequentialBlock()
        .add(dense(8))
        .add(Activation::relu)
        .add(dense(8))
        .add(Activation::relu)
        .add(dense(8));
    Model model =
        trainer(block, Loss.softmaxCrossEntropyLoss(), new Shape(n, 8)).getModel();
    Predictor<float[], float[]> predictor = model.newPredictor(new Probabilities(n));
    return new Job(part, k -> predictor.predict(x[k % 4])[0], count(block));
  }

  private static Block perceptron() {
    return new SequentialBlock()
        .add(dense(512))
        .add(Activation::relu)
        .add(dense(512))
        .add(Activation::relu)
        .add(dense(10));
  }

  private static Block convolutional() {
    return new SequentialBlock()
        .add(conv(32))
        .add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(conv(64))
        .add(Activation::relu)
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(Blocks.batchFlattenBlock())
        .add(Dropout.builder().optRate(0.5f).build())
        .add(dense(10));
  }

  private static Block dense(int units) {
    return Linear.builder().setUnits(units).build();
  }

  private static Block conv(int filters) {
    return Conv2d.builder().setFilters(filters).setKernelShape(new Shape(3, 3)).build();
  }

  private static Trainer trainer(Block block, Loss loss, Shape input) {
    Model model = Model.newInstance("workload");
    model.setBlock(block);
    DefaultTrainingConfig config = new DefaultTrainingConfig(loss)
        .optOptimizer(
            Optimizer.adam().optLearningRateTracker(Tracker.fixed(1e-3f)).build())
        .optDevices(new Device[] {Device.cpu()})
        .addTrainingListeners(TrainingListener.Defaults.basic()); // which keep the loss
    Trainer t = model.newTrainer(config);
    t.initialize(input);
    return t;
  }

  private static double step(
      Trainer t, Function<NDManager, NDArray> x, Function<NDManager, NDArray> y) {
    try (NDManager m = t.getManager().newSubManager()) {
      NDList labels = new NDList(y.apply(m));
      NDArray loss;
      try (GradientCollector collector = t.newGradientCollector()) {
        loss = t.getLoss().evaluate(labels, t.forward(new NDList(x.apply(m)), labels));
        collector.backward(loss);
      }
      t.step();
      return loss.getFloat();
    }
  }

  private static long count(Block block) {
    long sum = 0;
    for (Parameter p : block.getParameters().values()) {
      sum += p.getArray().size();
    }
    return sum;
  }

  private record Probabilities(int rows) implements NoBatchifyTranslator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] x) {
      return new NDList(context.getNDManager().create(x, new Shape(rows, x.length / rows)));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList out) {
      return out.head().softmax(1).toFloatArray();
    }
  }
}
