package org.keras4j.tck.layers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.layers.Layer;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.layers.preprocessing.Rescaling;
import org.keras4j.layers.quantization.AWQConfig;
import org.keras4j.layers.quantization.GPTQConfig;
import org.keras4j.layers.quantization.Int4QuantizationConfig;
import org.keras4j.layers.quantization.Int8QuantizationConfig;
import org.keras4j.layers.quantization.QuantizationConfig;
import org.keras4j.layers.reshaping.Flatten;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.training.Fit;
import org.keras4j.training.Run;
import org.keras4j.training.datasets.ArrayData;
import org.keras4j.training.datasets.FashionMnist;

/**
 * A classifier of Fashion-MNIST, quantized in all ways: what is lost, what a file takes. {@code -Dkeras4j.fashion=FOLDER} names the folder of the
 * data's four files.
 */
@EnabledIfSystemProperty(named = "keras4j.fashion", matches = ".+")
class QuantizedClassifierTest {
  @TempDir
  Path folder;

  @Test
  void littleIsLost() throws IOException {
    ArrayData data = FashionMnist.load(Path.of(System.getProperty("keras4j.fashion")));
    SeedGenerator.setRandomSeed(3);
    Sequential m = new Sequential(
        new Input(28, 28).dtype(DType.FLOAT32),
        new Rescaling(1 / 255.0),
        new Flatten(),
        new Dense(256).activation("relu"),
        new Dense(128).activation("relu"),
        new Dense(10).activation("softmax"));
    m.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    m.fit(data.xTrain(), data.yTrain(), Fit.epochs(6).batchSize(128).verbose(0));
    double whole = row("float32", m, data, System.nanoTime());
    NDArray seen = data.xTrain().slice(0, 512);
    Map<String, QuantizationConfig> configs = new LinkedHashMap<>();
    configs.put("int8", new Int8QuantizationConfig());
    configs.put("int8, weights alone", new Int8QuantizationConfig(null, null));
    configs.put("int4, one scale an output", new Int4QuantizationConfig((Integer) null));
    configs.put("int4, groups of 32", new Int4QuantizationConfig(32));
    configs.put("gptq, 4 bits, groups of 32", new GPTQConfig(seen).groupSize(32).numSamples(512));
    configs.put("awq, 4 bits, groups of 32", new AWQConfig(seen).groupSize(32).numSamples(512));
    configs.put(
        "gptq, 3 bits, groups of 32",
        new GPTQConfig(seen).weightBits(3).groupSize(32).numSamples(512));
    configs.put(
        "gptq, 2 bits, groups of 16",
        new GPTQConfig(seen).weightBits(2).groupSize(16).numSamples(512));
    Map<String, Double> found = new LinkedHashMap<>();
    for (Map.Entry<String, QuantizationConfig> c : configs.entrySet()) {
      Model q = m.cloneModel();
      q.setWeights(m.getWeights());
      long start = System.nanoTime();
      q.quantize(c.getValue());
      found.put(c.getKey(), row(c.getKey(), q, data, start));
    }
    assertTrue(whole > 0.86, "float32: " + whole);
    found.forEach((name, accuracy) -> {
      double most = name.contains("2 bits") ? 0.1 : name.contains("3 bits") ? 0.03 : 0.015;
      assertTrue(accuracy > whole - most, name + ": " + accuracy + " of " + whole);
    });
  }

  private double row(String name, Model m, ArrayData data, long start) throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    double accuracy =
        m.evaluate(data.xTest(), data.yTest(), Run.batchSize(1000)).get("accuracy");
    long weights = m.flattenLayers(false).stream()
        .map(Layer::savedWeights)
        .flatMap(l -> l.stream())
        .mapToLong(v -> v.shape().size() * v.dtype().size())
        .sum();
    Path file = folder.resolve("m.weights.h5");
    m.saveWeights(file, org.keras4j.models.SaveWeights.defaults());
    System.out.printf(
        "| %s | %.4f | %,d | %,d | %.2f |%n", name, accuracy, weights, Files.size(file), seconds);
    return accuracy;
  }
}
