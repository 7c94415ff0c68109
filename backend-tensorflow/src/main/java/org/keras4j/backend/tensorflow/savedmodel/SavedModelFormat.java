package org.keras4j.backend.tensorflow.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keras4j.backend.tensorflow.runtime.Checkpoint;
import org.keras4j.backend.tensorflow.runtime.Engine;
import org.keras4j.backend.tensorflow.runtime.NativeType;
import org.keras4j.backend.tensorflow.runtime.TensorFlowLibrary;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.internal.io.AtomicFile;
import org.keras4j.core.spi.ArchiveFormat;
import org.keras4j.core.spi.ServingArchive;
import org.keras4j.core.spi.ServingFunction;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/**
 * The format {@code "tf_saved_model"}: a TensorFlow SavedModel, as Keras's own export writes it. Python's
 * {@code tf.saved_model.load} gives an object with the function {@code serve}; TensorFlow Serving and
 * TensorFlow-Java run the signatures {@code serve} and {@code serving_default}, whose inputs have the names of
 * the model's, and whose outputs are {@code output_0, output_1, ...}, or have the keys of the map that the
 * model gives.
 */
public final class SavedModelFormat implements ArchiveFormat {
  @Override
  public String name() {
    return "tf_saved_model";
  }

  @Override
  public void write(ServingFunction function, Path target) throws IOException {
    List<ServingFunction.Weight> weights = function.weights();
    Map<String, List<ServingFunction.Weight>> lists = new LinkedHashMap<>();
    lists.put("variables", weights);
    lists.put(
        "trainable_variables",
        weights.stream().filter(ServingFunction.Weight::trainable).toList());
    lists.put(
        "non_trainable_variables", weights.stream().filter(w -> !w.trainable()).toList());
    write(new ServingArchive(Map.of("serve", function), lists), target);
  }

  @Override
  public void write(ServingArchive archive, Path target) throws IOException {
    Engine engine = Engine.get();
    ServingGraph graph = new ServingGraph(archive, engine);
    ObjectGraph objects = new ObjectGraph(graph);
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder()
        .addTags("serve")
        .setTensorflowVersion(TensorFlowLibrary.version())
        .setStrippedDefaultAttrs(true);
    graph.write(meta);
    meta.setObjectGraphDef(objects.build());
    Path variables = Files.createDirectories(target.resolve("variables"));
    Map<String, NDArray> values = new LinkedHashMap<>();
    List<ServingFunction.Weight> weights = graph.weights;
    for (int i = 0; i < weights.size(); i++) {
      values.put(ObjectGraph.key(i), stored(weights.get(i).value()));
    }
    Checkpoint.write(
        engine,
        variables.resolve("variables").toAbsolutePath(),
        values,
        objects.trackable().toByteArray());
    Files.createDirectories(target.resolve("assets"));
    SavedModel saved = SavedModel.newBuilder()
        .setSavedModelSchemaVersion(1)
        .addMetaGraphs(meta)
        .build();
    AtomicFile.write(target.resolve("saved_model.pb"), saved::writeTo);
  }

  private static NDArray stored(NDArray a) {
    DType t = NativeType.storage(a.dtype());
    return t == a.dtype() ? a : NDArray.ofBytes(a.bytes(), t, a.shape());
  }
}
