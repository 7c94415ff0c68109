package org.keras4j.tck.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.data.DjlBatches;
import org.keras4j.data.TensorFlowBatches;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.History;
import org.keras4j.training.data.Batch;
import org.keras4j.training.data.DataSource;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** Datasets of other libraries train as arrays do. */
class OtherDatasetsTest {
  private static final int ROWS = 22;
  private static final int BATCH = 8;

  private static NDArray array(int columns) {
    NDArray x = NDArray.zeros(DType.FLOAT32, Shape.of(ROWS, columns));
    for (int i = 0; i < x.size(); i++) {
      x.setDouble(i, Math.sin(3 * i + columns));
    }
    return x;
  }

  private static void trainsAsArraysDo(DataSource data) {
    Sequential model = new Sequential(new Input(3), new Dense(1));
    model.compile("adam", "mse");
    List<NDArray> start = model.getWeights();
    History expected = model.fit(
        array(3), array(1), Fit.epochs(2).batchSize(BATCH).shuffle(false).verbose(0));
    List<NDArray> trained = model.getWeights();
    model.compile("adam", "mse");
    model.setWeights(start);
    History got = model.fit(data, Fit.epochs(2).verbose(0));
    assertEquals(trained, model.getWeights());
    assertEquals(expected.history(), got.history());
    assertEquals(Shape.of(ROWS, 1), model.predict(data).shape());
  }

  /** A list whose arrays, which belong to no engine, stay with their manager. */
  private static NDList list(ai.djl.ndarray.NDArray... arrays) {
    return new NDList(arrays) {
      @Override
      public void attach(NDManager manager) {
        // they lie in Java's memory
      }
    };
  }

  /** A dataset of DJL's over two arrays, made with the manager it is given. */
  private static Dataset djl(List<ai.djl.training.dataset.Batch> made) {
    return new Dataset() {
      @Override
      public Iterable<ai.djl.training.dataset.Batch> getData(NDManager manager) {
        List<ai.djl.training.dataset.Batch> out = new ArrayList<>();
        for (int i = 0; i < ROWS; i += BATCH) {
          int end = Math.min(ROWS, i + BATCH);
          NDManager own = manager.newSubManager();
          out.add(new ai.djl.training.dataset.Batch(
              own,
              list(own.create(
                  array(3).slice(i, end).toFloatArray(),
                  new ai.djl.ndarray.types.Shape(end - i, 3))),
              list(own.create(
                  array(1).slice(i, end).toFloatArray(),
                  new ai.djl.ndarray.types.Shape(end - i, 1))),
              end - i,
              null,
              null,
              i,
              ROWS));
        }
        made.addAll(out);
        return out;
      }

      @Override
      public void prepare(Progress progress) {}
    };
  }

  @Test
  void ofDjl() {
    trainsAsArraysDo(DjlBatches.of(djl(new ArrayList<>()), PassthroughNDManager.INSTANCE));
  }

  @Test
  void dtypesOfDjl() {
    NDManager m = PassthroughNDManager.INSTANCE;
    Dataset one = new Dataset() {
      @Override
      public Iterable<ai.djl.training.dataset.Batch> getData(NDManager manager) {
        NDList data = list(
            m.create(new long[] {1, -2}, new ai.djl.ndarray.types.Shape(2)),
            m.create(new boolean[] {true, false}, new ai.djl.ndarray.types.Shape(2)),
            m.create(new double[] {0.5, 3}, new ai.djl.ndarray.types.Shape(2)));
        assertEquals(DataType.INT64, data.get(0).getDataType());
        return List.of(new ai.djl.training.dataset.Batch(
            m.newSubManager(), data, list(), 2, null, null, 0, 1));
      }

      @Override
      public void prepare(Progress progress) {}
    };
    Batch b = DjlBatches.of(one, m).iterator().next();
    assertEquals(
        List.of(
            NDArray.of(new long[] {1, -2}, 2),
            NDArray.of(new boolean[] {true, false}, 2),
            NDArray.of(new double[] {0.5, 3}, 2)),
        b.x());
    assertEquals(null, b.y());
  }

  @Test
  void ofTensorFlow() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      float[] x = array(3).toFloatArray();
      float[] y = array(1).toFloatArray();
      var data = org.tensorflow.framework.data.Dataset.fromTensorSlices(
              tf,
              List.of(
                  tf.reshape(tf.constant(x), tf.constant(new int[] {ROWS, 3})),
                  tf.reshape(tf.constant(y), tf.constant(new int[] {ROWS, 1}))),
              List.of(TFloat32.class, TFloat32.class))
          .batch(BATCH);
      trainsAsArraysDo(TensorFlowBatches.of(data));
    }
  }

  @Test
  void componentsOfTensorFlow() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      var data = org.tensorflow.framework.data.Dataset.fromTensorSlices(
              tf,
              List.of(
                  tf.constant(new long[] {1, -2}),
                  tf.constantOf(TString.vectorOf("a", "été")),
                  tf.constant(new boolean[] {true, false})),
              List.of(TInt64.class, TString.class, TBool.class))
          .batch(2);
      Iterator<Batch> all = TensorFlowBatches.of(data, 2).iterator();
      Batch b = all.next();
      assertEquals(
          List.of(
              NDArray.of(new long[] {1, -2}, 2),
              NDArray.ofStrings(new String[] {"a", "été"}, Shape.of(2))),
          b.x());
      assertEquals(NDArray.of(new boolean[] {true, false}, 2), b.y());
      assertTrue(!all.hasNext());
      Batch three = TensorFlowBatches.of(data).iterator().next();
      assertEquals(NDArray.of(new boolean[] {true, false}, 2), three.sampleWeight());
      Iterator<Batch> few = TensorFlowBatches.of(data, 4).iterator();
      assertThrows(IllegalArgumentException.class, few::next);
      assertThrows(IllegalArgumentException.class, () -> TensorFlowBatches.of(data, 0));
    }
  }
}
