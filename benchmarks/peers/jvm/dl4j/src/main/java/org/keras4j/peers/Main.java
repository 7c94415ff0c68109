package org.keras4j.peers;

import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Deeplearning4j on its own native library. */
public final class Main implements Library {
  private static final int VOCABULARY = 20_000;

  public static void main(String[] args) {
    Program.run(new Main(), args);
  }

  @Override
  public String peer() {
    return "dl4j";
  }

  @Override
  public String backend() {
    return "nd4j";
  }

  @Override
  public String versions() {
    return "DL4J 1.0.0-M2.1";
  }

  @Override
  public Job prepare(String workload, Batches b) {
    int n = b.size();
    return switch (workload) {
      case "mlp_train" -> {
        MultiLayerNetwork net = network(
            InputType.feedForward(784), dense(512), dense(512), classes(10));
        yield classifier(net, b.normalPool(784), b.tokenPool(10, 1), n, 784);
      }
      case "cnn_train" -> {
        MultiLayerNetwork net = network(
            InputType.convolutional(28, 28, 1),
            conv(32),
            pool(),
            conv(64),
            pool(),
            new DropoutLayer(0.5),
            classes(10));
        yield classifier(net, b.normalPool(784), b.tokenPool(10, 1), n, 1, 28, 28);
      }
      case "lstm_train" -> recurrent(b);
      case "fit_loop" -> loop(b);
      case "predict_latency" -> prediction(b, "1");
      case "compiled_dispatch_3" -> prediction(b, "predict_on_batch");
      default -> null;
    };
  }

  private static Job classifier(MultiLayerNetwork net, float[][] x, int[][] y, long... shape) {
    Step step = k -> {
      net.fit(Nd4j.create(x[k % 4], shape), oneHot(y[k % 4]));
      return net.score();
    };
    return new Job("", step, net.numParams());
  }

  private static Job recurrent(Batches b) {
    int n = b.size();
    int[][] x = b.tokenPool(VOCABULARY, 80);
    int[][] y = b.tokenPool(2, 1);
    LSTM lstm = new LSTM.Builder().nIn(128).nOut(64).activation(Activation.TANH).build();
    MultiLayerNetwork net = network(
        InputType.recurrent(VOCABULARY, 80),
        new EmbeddingSequenceLayer.Builder()
            .nIn(VOCABULARY)
            .nOut(128)
            .inputLength(80)
            .build(),
        new LastTimeStep(lstm),
        yesOrNo());
    Step step = k -> {
      INDArray ids = Nd4j.create(Batches.floats(x[k % 4]), n, 1, 80);
      net.fit(ids, Nd4j.create(Batches.floats(y[k % 4]), n, 1));
      return net.score();
    };
    return new Job("", step, net.numParams());
  }

  private static Job loop(Batches b) {
    int rows = Batches.FIT_ROWS;
    MultiLayerNetwork net = network(InputType.feedForward(20), dense(32), yesOrNo());
    DataSet all = new DataSet(
        Nd4j.create(b.normal(rows * 20), rows, 20),
        Nd4j.create(Batches.floats(b.tokens(2, rows)), rows, 1));
    DataSetIterator batches = new ListDataSetIterator<>(all.asList(), b.size());
    Step epoch = k -> {
      net.fit(batches, 1);
      return net.score();
    };
    return new Job("", epoch, net.numParams(), (rows + b.size() - 1) / b.size());
  }

  private static Job prediction(Batches b, String part) {
    float[][] x = b.normalPool(8);
    int n = b.size();
    MultiLayerNetwork net = network(InputType.feedForward(8), dense(8), dense(8), classes(8));
    return new Job(
        part, k -> net.output(Nd4j.create(x[k % 4], n, 8)).getFloat(0), net.numParams());
  }

  private static INDArray oneHot(int[] labels) {
    float[] out = new float[labels.length * 10];
    for (int i = 0; i < labels.length; i++) {
      out[10 * i + labels[i]] = 1;
    }
    return Nd4j.create(out, labels.length, 10);
  }

  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    var list = new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-3)).list();
    for (Layer l : layers) {
      list.layer(l);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  private static Layer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build();
  }

  private static Layer conv(int filters) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(filters)
        .activation(Activation.RELU)
        .build();
  }

  private static Layer pool() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static Layer classes(int units) {
    return new OutputLayer.Builder(new LossMCXENT())
        .nOut(units)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer yesOrNo() {
    return new OutputLayer.Builder(new LossBinaryXENT())
        .nOut(1)
        .activation(Activation.SIGMOID)
        .build();
  }
}
