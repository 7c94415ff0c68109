package org.keras4j.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.StepLR;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.DType;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.core.Variable;
import org.keras4j.layers.DTypePolicy;
import org.keras4j.layers.convolution.Conv1D;
import org.keras4j.layers.convolution.Conv2D;
import org.keras4j.layers.convolution.Conv2DTranspose;
import org.keras4j.layers.convolution.Conv3D;
import org.keras4j.layers.convolution.DepthwiseConv1D;
import org.keras4j.layers.convolution.DepthwiseConv2D;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.pooling.AveragePooling2D;
import org.keras4j.layers.regularization.Dropout;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.layers.rnn.LSTM;
import org.keras4j.models.Clone;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Compile;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.losses.MeanSquaredError;
import org.keras4j.training.schedules.PiecewiseConstantDecay;

class TorchModuleTest {
  private static final int SAMPLES = 48;
  private static final int BATCH = 8;

  // the C++ StepLR looks at its count before it counts: the first rate is in force for a step more
  private static final PiecewiseConstantDecay HALVED = new PiecewiseConstantDecay(
      List.of(4, 8, 12, 16), List.of(0.01, 0.005, 0.0025, 0.00125, 0.000625));

  @BeforeAll
  static void backend() {
    Keras.setBackend("pytorch");
  }

  // weights of which no gradient comes near zero, where Adam makes a step of what was rounded
  @BeforeEach
  void sameWeightsInEachRun() {
    SeedGenerator.setRandomSeed(8);
  }

  // smooth: Adam makes a whole step of a unit that rounding switches on
  private static Sequential images() {
    return new Sequential(
        new Input(6, 6, 2),
        new Conv2D(4, 3).activation("tanh"),
        new BatchNormalization(),
        new AveragePooling2D(2),
        new Flatten(),
        new Dropout(0.25).seed(11),
        new Dense(8).activation("tanh"),
        new BatchNormalization(),
        new Dense(1));
  }

  private static NDArray numbers(long seed, long... shape) {
    NDArray a = NDArray.zeros(org.keras4j.core.DType.FLOAT32, org.keras4j.core.Shape.of(shape));
    Random r = new Random(seed);
    for (int i = 0; i < a.size(); i++) {
      a.setDouble(i, r.nextGaussian());
    }
    return a;
  }

  private static Tensor torchOf(NDArray a) {
    return PyTorch.toTorch(org.keras4j.ops.Ops.convertToTensor(a));
  }

  /** Adam with a rate that decays, BatchNormalization and dropout: every weight as after fit. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainsAsFitDoes(boolean compiled) {
    Sequential model = images();
    Sequential fitted = (Sequential) model.cloneModel(Clone.defaults());
    fitted.setWeights(model.getWeights());
    NDArray x = numbers(1, SAMPLES, 6, 6, 2);
    NDArray y = numbers(2, SAMPLES, 1);
    int epochs = 3;
    fitted.compile(Compile.optimizer(new org.keras4j.training.optimizers.Adam(HALVED).epsilon(1e-8))
        .loss(new MeanSquaredError()));
    fitted.fit(x, y, Fit.epochs(epochs).batchSize(BATCH).shuffle(false).verbose(0));

    TorchModule module = compiled ? TorchModule.of(model) : TorchModule.eager(model);
    Adam adam = new Adam(module.parameters(), new AdamOptions(0.01));
    StepLR schedule = new StepLR(adam, 4, 0.5);
    module.train(true);
    for (int e = 0; e < epochs; e++) {
      for (int at = 0; at < SAMPLES; at += BATCH) {
        adam.zero_grad();
        Tensor loss = torch.mse_loss(
            module.forward(torchOf(x.slice(at, at + BATCH))), torchOf(y.slice(at, at + BATCH)));
        loss.backward();
        adam.step();
        schedule.step();
      }
    }
    assertSameWeights(fitted, model);
    module.eval();
    float[] mine = PyTorch.fromTorch(module.forward(torchOf(x))).toNDArray().toFloatArray();
    assertArrayEquals(fitted.predict(x).toFloatArray(), mine, 1e-3f);
  }

  private static void assertSameWeights(Sequential expected, Sequential got) {
    List<Variable> a = expected.variables();
    List<Variable> b = got.variables();
    assertEquals(a.size(), b.size());
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i).dtype().isFloat()) {
        assertArrayEquals(
            a.get(i).eager().toNDArray().toFloatArray(),
            b.get(i).eager().toNDArray().toFloatArray(),
            1e-4f,
            a.get(i).path());
      }
    }
  }

  /** Gradients of libtorch on the compiled text are those that fit has: of each weight of a recurrent model too. */
  @Test
  void recordsLoops() {
    Sequential model = new Sequential(new Input(5, 3), new LSTM(4), new Dense(1));
    NDArray x = numbers(3, 6, 5, 3);
    NDArray y = numbers(4, 6, 1);
    model.compile("sgd", "mse");
    List<NDArray> expected = new ArrayList<>();
    expected.addAll(model.gradients(x, y).values());
    TorchModule module = TorchModule.of(model);
    module.train(true);
    torch.mse_loss(module.forward(torchOf(x)), torchOf(y)).backward();
    for (int i = 0; i < expected.size(); i++) {
      Tensor g = module.parameters().get(i).grad();
      assertArrayEquals(
          expected.get(i).toFloatArray(), PyTorch.fromTorch(g).toNDArray().toFloatArray(), 1e-5f);
    }
  }

  private static Map<String, Sequential> convolutions() {
    Map<String, Sequential> all = new LinkedHashMap<>();
    all.put(
        "one channel",
        new Sequential(
            new Input(8, 8, 2),
            new Conv2D(1, 3).padding("same"),
            new Conv2D(4, 3),
            new Conv2D(1, 3).strides(2),
            new Conv2D(3, 2).padding("same")));
    all.put(
        "channels of their own",
        new Sequential(
            new Input(8, 8, 2),
            new Conv2D(4, 3),
            new DepthwiseConv2D(3).padding("same"),
            new DepthwiseConv2D(3).depthMultiplier(2),
            new Conv2D(8, 3).groups(8)));
    all.put(
        "one axis",
        new Sequential(
            new Input(9, 2), new Conv1D(1, 3), new Conv1D(2, 3), new DepthwiseConv1D(2)));
    all.put(
        "three axes",
        new Sequential(new Input(5, 5, 5, 2), new Conv3D(1, 2), new Conv3D(2, 2).padding("same")));
    all.put(
        "transposed",
        new Sequential(
            new Input(5, 5, 2),
            new Conv2DTranspose(1, 3).strides(2),
            new Conv2DTranspose(3, 3),
            new Conv2DTranspose(1, 3).padding("same")));
    all.put(
        "single elements",
        new Sequential(new Input(6, 6, 1), new Conv2D(512, 1), new Conv2D(512, 1).strides(2)));
    return all;
  }

  /** Gradients of libtorch are those that fit has, of all kinds of convolutions. */
  @ParameterizedTest
  @ValueSource(strings = {"float32", "mixed_bfloat16"})
  void convolves(String policy) {
    DTypePolicy.setGlobal(policy);
    try {
      convolutions().forEach((name, model) -> {
        long[] in = model.inputs().get(0).spec().shape().toArray();
        in[0] = 4;
        NDArray x = numbers(5, in);
        long[] out = model.outputs().get(0).spec().shape().toArray();
        out[0] = 4;
        NDArray y = numbers(6, out);
        model.compile("sgd", "mse");
        List<NDArray> expected = List.copyOf(model.gradients(x, y).values());
        for (TorchModule module : List.of(TorchModule.of(model), TorchModule.eager(model))) {
          module.train(true);
          torch
              .mse_loss(module.forward(torchOf(x)).to(torch.ScalarType.Float), torchOf(y))
              .backward();
          for (int i = 0; i < expected.size(); i++) {
            NDArray got = PyTorch.fromTorch(module.parameters().get(i).grad()).toNDArray();
            assertArrayEquals(
                expected.get(i).toFloatArray(),
                got.toFloatArray(),
                policy.equals("float32") ? 1e-5f : 2e-2f,
                name + ", weight " + i);
          }
        }
      });
    } finally {
      DTypePolicy.setGlobal(DType.FLOAT32);
    }
  }

  /** Dropout draws anew in each call while the module trains, and is off while it does not. */
  @Test
  void hasTwoPhases() {
    Sequential model = new Sequential(new Input(64), new Dropout(0.5).seed(3));
    for (TorchModule module : List.of(TorchModule.of(model), TorchModule.eager(model))) {
      Tensor x = torch.ones(2, 64);
      assertFalse(module.is_training());
      assertTrue(x.equal(module.forward(x)));
      module.train(true);
      Tensor first = module.forward(x);
      assertFalse(x.equal(first));
      assertFalse(first.equal(module.forward(x)));
      module.eval();
      assertTrue(x.equal(module.forward(x)));
    }
  }

  @Test
  void isAModuleLikeAnyOther() {
    Sequential model = images();
    TorchModule module = TorchModule.of(model);
    assertEquals(10, module.parameters().size());
    assertEquals(4, module.buffers().size() - (int) nonFloat(model));
    List<String> names = new ArrayList<>(module.stateDict().keySet());
    assertTrue(
        names.stream().allMatch(n -> n.matches("[A-Za-z_0-9]+(\\.[A-Za-z_0-9]+)+")),
        names::toString);
    for (String n : names) {
      boolean known =
          module.named_parameters().contains(n) || module.named_buffers().contains(n);
      assertTrue(known, n);
    }
  }

  private static long nonFloat(Sequential model) {
    return model.variables().stream().filter(v -> !v.dtype().isFloat()).count();
  }

  /** What fit learns the module has, and what the module loads the model has. */
  @Test
  void sharesItsWeightsBothWays(@TempDir Path dir) {
    Sequential model = images();
    TorchModule module = TorchModule.of(model);
    NDArray x = numbers(1, 8, 6, 6, 2);
    model.compile("sgd", "mse");
    model.fit(x, numbers(2, 8, 1), Fit.epochs(1).verbose(0));
    assertArrayEquals(
        model.predict(x, Run.defaults().verbose(0)).toFloatArray(),
        PyTorch.fromTorch(module.forward(torchOf(x))).toNDArray().toFloatArray(),
        1e-5f);

    Path file = dir.resolve("state.pt");
    module.saveStateDict(file);
    List<NDArray> before = model.getWeights();
    Sequential other = (Sequential) model.cloneModel(Clone.defaults());
    TorchModule into = TorchModule.of(other);
    assertNotEquals(before.get(0), other.getWeights().get(0));
    Map<String, Tensor> byMyNames = new HashMap<>();
    List<Tensor> values = new ArrayList<>(module.stateDict().values());
    List<String> names = new ArrayList<>(into.stateDict().keySet());
    for (int i = 0; i < names.size(); i++) {
      byMyNames.put(names.get(i), values.get(i));
    }
    into.loadStateDict(byMyNames);
    assertEquals(before, other.getWeights());

    model.setWeights(
        before.stream().map(a -> NDArray.zeros(a.dtype(), a.shape())).toList());
    module.loadStateDict(file);
    assertEquals(before, model.getWeights());
  }

  @Test
  void saysWhatDoesNotFit(@TempDir Path dir) throws Exception {
    Sequential model = images();
    TorchModule module = TorchModule.of(model);
    Map<String, Tensor> state = new HashMap<>(module.stateDict());
    String first = state.keySet().iterator().next();
    List<NDArray> before = model.getWeights();
    Tensor removed = state.remove(first);
    assertTrue(message(() -> module.loadStateDict(state)).contains("missing are [" + first));
    state.put(first, torch.ones(3, 1, 1, 7));
    assertTrue(message(() -> module.loadStateDict(state)).contains("'" + first + "': expected"));
    state.put(first, removed);
    state.put("what.else", removed);
    assertTrue(message(() -> module.loadStateDict(state)).contains("unknown are [what.else]"));
    assertEquals(before, model.getWeights());
    Path none = dir.resolve("none.pt");
    Files.writeString(none, "no tensors");
    assertTrue(message(() -> module.loadStateDict(none)).contains("none.pt"));
    assertTrue(message(() -> TorchModule.of(new Dense(3))).contains("has no weights yet"));
    assertTrue(message(() -> module.forward(torch.ones(2, 5))).contains("5"));
  }

  private static String message(org.junit.jupiter.api.function.Executable e) {
    return String.valueOf(assertThrows(RuntimeException.class, e).getMessage());
  }

  @Test
  void givesAllOutputs() {
    var in = new Input(3).output();
    var model = org.keras4j.models.Model.of(
        in,
        List.of(new Dense(2).invoke(in), new Dense(4).kernelRegularizer("l2").invoke(in)));
    TorchModule module = TorchModule.of(model);
    List<Tensor> out = module.forwardAll(List.of(torch.ones(5, 3)));
    assertArrayEquals(
        new long[] {5, 4}, new long[] {out.get(1).size(0), out.get(1).size(1)});
    assertEquals(1, module.losses().size());
    assertTrue(module.losses().get(0).requires_grad());
    assertThrows(IllegalStateException.class, () -> module.forward(torch.ones(5, 3)));
    assertTrue(Arrays.equals(
        new long[] {5, 2}, new long[] {out.get(0).size(0), out.get(0).size(1)}));
  }
}
