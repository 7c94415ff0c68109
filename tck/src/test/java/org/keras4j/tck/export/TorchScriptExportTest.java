package org.keras4j.tck.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.NDArray;
import org.keras4j.core.SparseArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.normalization.BatchNormalization;
import org.keras4j.layers.regularization.GaussianNoise;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.Ops;

/** Files of TorchScript, run by libtorch itself without the model that they are of. */
@Tag("pytorch")
class TorchScriptExportTest {
  private static List<NDArray> run(JitModule module, List<NDArray> inputs) {
    IValueVector in = new IValueVector();
    for (NDArray a : inputs) {
      in.push_back(new IValue(PyTorch.toTorch(Ops.convertToTensor(a))));
    }
    IValue out = module.forward(in);
    List<NDArray> all = new ArrayList<>();
    if (out.isTensor()) {
      all.add(PyTorch.fromTorch(out.toTensor()).toNDArray());
    } else {
      for (long i = 0; i < out.toTupleRef().elements().size(); i++) {
        all.add(PyTorch.fromTorch(out.toTupleRef().elements().get(i).toTensor()).toNDArray());
      }
    }
    return all;
  }

  /** Other batches and lengths than the model was traced with, too. */
  @ParameterizedTest
  @EnumSource(
      value = ServedModels.class,
      names = {"WORDS", "TEXTS"},
      mode = EnumSource.Mode.EXCLUDE)
  void givesWhatTheModelGives(ServedModels kind, @TempDir Path dir) throws IOException {
    Model model = kind.trained();
    String kept = System.getProperty("keras4j.torchScripts");
    Path folder = kept == null ? dir : Files.createDirectories(Path.of(kept));
    Path file = folder.resolve(kind.name() + ".pt");
    Files.deleteIfExists(file);
    model.export(file, "torchscript");
    JitModule module = torch.load(file.toString());
    assertFalse(module.is_training());
    for (int batch : new int[] {1, 5}) {
      List<NDArray> in = ServedModels.inputs(model, batch, batch);
      List<NDArray> expected = ServedModels.outputs(model, in);
      List<NDArray> got = run(module, in);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (NDArray a : in) {
        arrays.put("in" + arrays.size(), a);
      }
      for (NDArray a : expected) {
        arrays.put("out" + (arrays.size() - in.size()), a);
      }
      Npz.write(folder.resolve(kind.name() + "_" + batch + ".npz"), arrays);
      assertEquals(expected.size(), got.size());
      for (int i = 0; i < got.size(); i++) {
        assertEquals(expected.get(i).spec(), got.get(i).spec());
        assertArrayEquals(
            expected.get(i).toDoubleArray(), got.get(i).toDoubleArray(), 1e-5, kind + " " + i);
      }
    }
  }

  /** Weights are parameters by their paths; what does not train is a buffer; and gradients reach the parameters. */
  @Test
  void canBeTrainedOn(@TempDir Path dir) {
    Sequential model = new Sequential(
        new Input(3).name("in-put"),
        new Dense(4).activation("relu").name("1st/layer".replace('/', '-')),
        new BatchNormalization().name("norm"),
        new Dense(2).name("lambda"));
    model.export(dir.resolve("model.pt"), "torchscript");
    JitModule module = torch.load(dir.resolve("model.pt").toString());
    List<String> names = List.of(
        "_1st_layer.kernel",
        "_1st_layer.bias",
        "norm.gamma",
        "norm.beta",
        "lambda_.kernel",
        "lambda_.bias");
    assertEquals(names.size(), module.named_parameters().size());
    assertEquals(2, module.named_buffers().size());
    IValueVector in = new IValueVector();
    in.push_back(new IValue(torch.ones(5, 3)));
    Tensor loss = module.forward(in).toTensor().square().mean();
    loss.backward();
    for (String n : names) {
      String[] parts = n.split("\\.");
      Tensor weight = module.attr(parts[0]).toObject().getAttr(parts[1]).toTensor();
      assertTrue(weight.requires_grad(), n);
      assertTrue(weight.grad().defined(), n);
    }
  }

  /** An input that may be sparse is dense in a file. */
  @Test
  void aSparseInputIsDense(@TempDir Path dir) {
    Sequential model = new Sequential(new Input(6).sparse(true), new Dense(2).name("only"));
    model.export(dir.resolve("model.pt"), "torchscript");
    NDArray x = NDArray.of(new float[] {0, 1, 0, 0, 2, 0}, 1, 6);
    JitModule module = torch.load(dir.resolve("model.pt").toString());
    assertArrayEquals(
        model.predict(SparseArray.ofDense(x)).toDoubleArray(),
        run(module, List.of(x)).get(0).toDoubleArray(),
        1e-6);
  }

  @Test
  void saysWhatItCannotDo(@TempDir Path dir) {
    Path file = dir.resolve("x.pt");
    Model words = ServedModels.WORDS.make();
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> words.export(file, "torchscript"));
    assertTrue(e.getMessage().contains("cannot be exported to TorchScript"), e.getMessage());
    assertTrue(e.getMessage().contains("string"), e.getMessage());
    var in = new Input(3).output();
    Model noise = Model.of(in, new RandomLayer().invoke(in));
    e = assertThrows(IllegalArgumentException.class, () -> noise.export(file, "torchscript"));
    assertTrue(e.getMessage().contains("random"), e.getMessage());
    assertFalse(Files.exists(file));
  }

  /** Noise in prediction too. */
  private static final class RandomLayer extends org.keras4j.layers.FluentLayer<RandomLayer> {
    private final GaussianNoise noise = new GaussianNoise(1);

    @Override
    protected org.keras4j.core.Tensor call(org.keras4j.core.Tensor x) {
      return noise.invoke(x, org.keras4j.layers.CallArgs.training(true));
    }
  }
}
