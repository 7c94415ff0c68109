package org.keras4j.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.bytedeco.pytorch.DataLoaderOptions;
import org.bytedeco.pytorch.Example;
import org.bytedeco.pytorch.ExampleVector;
import org.bytedeco.pytorch.JavaDataset;
import org.bytedeco.pytorch.JavaSequentialDataLoader;
import org.bytedeco.pytorch.SequentialSampler;
import org.bytedeco.pytorch.SizeTArrayRef;
import org.bytedeco.pytorch.SizeTOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.keras4j.backend.pytorch.PyTorch;
import org.keras4j.core.Keras;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;

class TorchBatchesTest {
  private static final int ROWS = 22;
  private static final int BATCH = 8;

  @BeforeAll
  static void backend() {
    Keras.setBackend("pytorch");
  }

  private static NDArray array(Tensor t) {
    return PyTorch.fromTorch(t).toNDArray();
  }

  /** fit from a loader gives the weights that fit from arrays gives, epoch after epoch. */
  @Test
  void trainsAsArraysDo() {
    Tensor x = torch.randn(ROWS, 3);
    Tensor y = torch.randn(ROWS, 1);
    JavaDataset data = new JavaDataset() {
      @Override
      public Example get(long index) {
        return new Example(x.get(index), y.get(index));
      }

      @Override
      public SizeTOptional size() {
        return new SizeTOptional(ROWS);
      }

      @Override
      public ExampleVector get_batch(SizeTArrayRef indices) {
        Example[] all = new Example[(int) indices.size()];
        for (int i = 0; i < all.length; i++) {
          all[i] = get(indices.get(i));
        }
        return new ExampleVector(all);
      }
    };
    JavaSequentialDataLoader loader = new JavaSequentialDataLoader(
        data, new SequentialSampler(ROWS), new DataLoaderOptions(BATCH));
    Sequential model = new Sequential(new Input(3), new Dense(1));
    model.compile("adam", "mse");
    List<NDArray> start = model.getWeights();
    var expected = model.fit(
        array(x), array(y), Fit.epochs(3).batchSize(BATCH).shuffle(false).verbose(0));
    List<NDArray> trained = model.getWeights();
    model.compile("adam", "mse");
    model.setWeights(start);
    var got =
        model.fit(TorchBatches.of(loader::begin, loader::end), Fit.epochs(3).verbose(0));
    assertEquals(trained, model.getWeights());
    assertEquals(expected.history(), got.history());
  }
}
