package org.keras4j.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;

/** Stages of pipelines as folders: the params as Spark ML writes them, and the model's file. */
final class Stages {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PARAMS = "metadata/part-00000";
  private static final String MODEL = "model.keras";

  private Stages() {}

  private static SparkSession session() {
    return SparkSession.active();
  }

  private static Configuration hadoop() {
    return session().sparkContext().hadoopConfiguration();
  }

  /** Writes a stage. */
  static final class Writer extends MLWriter {
    private final PipelineStage stage;
    private final byte[] model;

    Writer(PipelineStage stage, byte[] model) {
      this.stage = stage;
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      ObjectNode told = JSON.createObjectNode();
      told.put("class", stage.getClass().getName());
      told.put("timestamp", System.currentTimeMillis());
      told.put("sparkVersion", Stages.session().version());
      told.put("uid", stage.uid());
      ObjectNode set = told.putObject("paramMap");
      ObjectNode defaults = told.putObject("defaultParamMap");
      try {
        for (Param<?> p : stage.params()) {
          put(set, defaults, p);
        }
        FileSystem files = new Path(path).getFileSystem(hadoop());
        write(files, new Path(path, MODEL), model);
        write(
            files,
            new Path(path, PARAMS),
            (JSON.writeValueAsString(told) + "\n").getBytes(StandardCharsets.UTF_8));
        write(files, new Path(path, "metadata/_SUCCESS"), new byte[0]);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private <T> void put(ObjectNode set, ObjectNode defaults, Param<T> p) throws IOException {
      if (stage.isSet(p)) {
        set.set(p.name(), JSON.readTree(p.jsonEncode(stage.getOrDefault(p))));
      }
      if (stage.hasDefault(p)) {
        defaults.set(p.name(), JSON.readTree(p.jsonEncode(stage.getDefault(p).get())));
      }
    }
  }

  private static void write(FileSystem files, Path path, byte[] bytes) throws IOException {
    try (OutputStream out = files.create(path, true)) {
      out.write(bytes);
    }
  }

  /**
   * Reads stages.
   *
   * @param <S> the class
   */
  static final class Reader<S extends PipelineStage> extends MLReader<S> {
    private final BiFunction<String, byte[], S> made;

    /**
     * Of a class.
     *
     * @param made makes a stage of its uid and the model's file
     */
    Reader(BiFunction<String, byte[], S> made) {
      this.made = made;
    }

    @Override
    public S load(String path) {
      try {
        FileSystem files = new Path(path).getFileSystem(hadoop());
        JsonNode told = JSON.readTree(read(files, new Path(path, PARAMS)));
        S stage = made.apply(told.path("uid").asText(), read(files, new Path(path, MODEL)));
        var names = told.path("paramMap").fields();
        while (names.hasNext()) {
          var e = names.next();
          set(stage, stage.getParam(e.getKey()), e.getValue());
        }
        return stage;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void set(PipelineStage stage, Param<?> p, JsonNode value) {
    stage.set((Param<Object>) p, p.jsonDecode(value.toString()));
  }

  private static byte[] read(FileSystem files, Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }
}
