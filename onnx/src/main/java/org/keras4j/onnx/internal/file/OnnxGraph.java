package org.keras4j.onnx.internal.file;

import java.util.List;

/** A graph: what it takes, the tensors that it brings, its nodes in the order in which they run, and what it gives. */
public record OnnxGraph(
    String name,
    List<OnnxValue> inputs,
    List<OnnxTensor> initializers,
    List<OnnxNode> nodes,
    List<OnnxValue> outputs) {}
