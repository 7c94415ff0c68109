// size b
// input x0 float32(b, 6)
// weight w0 dense/kernel float32(6, 8)
// weight w1 norm/scale float32(8)
// weight w2 out/bias float32(3)
// weight w3 out/kernel float32(8, 3)
// constant w4 norm/mean float32(8)
// constant w5 norm/var float32(8)
// cotangent y0 float32(b, 3)
// gradient g0 float32(6, 8)
// gradient g1 float32(8)
// gradient g2 float32(3)
// gradient g3 float32(8, 3)
// gradient g4 float32(b, 6)
module @jit_gradient attributes {jax.uses_shape_polymorphism = true, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<?x6xf32>, %arg1: tensor<6x8xf32>, %arg2: tensor<8xf32>, %arg3: tensor<3xf32>, %arg4: tensor<8x3xf32>, %arg5: tensor<8xf32>, %arg6: tensor<8xf32>, %arg7: tensor<?x3xf32>) -> (tensor<6x8xf32> {jax.result_info = "result[0]"}, tensor<8xf32> {jax.result_info = "result[1]"}, tensor<3xf32> {jax.result_info = "result[2]"}, tensor<8x3xf32> {jax.result_info = "result[3]"}, tensor<?x6xf32> {jax.result_info = "result[4]"}) {
    %c = stablehlo.constant dense<1> : tensor<i32>
    %0 = stablehlo.get_dimension_size %arg0, dim = 0 : (tensor<?x6xf32>) -> tensor<i32>
    %1 = stablehlo.get_dimension_size %arg7, dim = 0 : (tensor<?x3xf32>) -> tensor<i32>
    %2 = stablehlo.compare GE, %0, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %3 = stablehlo.compare EQ, %1, %0, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %4:5 = call @_wrapped_jax_export_main(%0, %arg0, %arg1, %arg2, %arg3, %arg4, %arg5, %arg6, %arg7) : (tensor<i32>, tensor<?x6xf32>, tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<8xf32>, tensor<8xf32>, tensor<?x3xf32>) -> (tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>)
    return %4#0, %4#1, %4#2, %4#3, %4#4 : tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>
  }
  func.func private @_wrapped_jax_export_main(%arg0: tensor<i32> {jax.global_constant = "b"}, %arg1: tensor<?x6xf32>, %arg2: tensor<6x8xf32>, %arg3: tensor<8xf32>, %arg4: tensor<3xf32>, %arg5: tensor<8x3xf32>, %arg6: tensor<8xf32>, %arg7: tensor<8xf32>, %arg8: tensor<?x3xf32>) -> (tensor<6x8xf32> {jax.result_info = "result[0]"}, tensor<8xf32> {jax.result_info = "result[1]"}, tensor<3xf32> {jax.result_info = "result[2]"}, tensor<8x3xf32> {jax.result_info = "result[3]"}, tensor<?x6xf32> {jax.result_info = "result[4]"}) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %cst_1 = stablehlo.constant dense<1.000000e-03> : tensor<f32>
    %c = stablehlo.constant dense<8> : tensor<1xi32>
    %0 = stablehlo.dot_general %arg1, %arg2, contracting_dims = [1] x [0] : (tensor<?x6xf32>, tensor<6x8xf32>) -> tensor<?x8xf32>
    %1 = stablehlo.broadcast_in_dim %arg6, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %2 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %3 = stablehlo.concatenate %2, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %4 = stablehlo.dynamic_broadcast_in_dim %1, %3, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %5 = stablehlo.subtract %0, %4 : tensor<?x8xf32>
    %6 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %7 = stablehlo.add %arg7, %6 : tensor<8xf32>
    %8 = stablehlo.sqrt %7 : tensor<8xf32>
    %9 = stablehlo.broadcast_in_dim %8, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %10 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %11 = stablehlo.concatenate %10, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %12 = stablehlo.dynamic_broadcast_in_dim %9, %11, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %13 = stablehlo.divide %5, %12 : tensor<?x8xf32>
    %14 = stablehlo.broadcast_in_dim %arg3, dims = [1] : (tensor<8xf32>) -> tensor<1x8xf32>
    %15 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %16 = stablehlo.concatenate %15, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %17 = stablehlo.dynamic_broadcast_in_dim %14, %16, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %18 = stablehlo.multiply %13, %17 : tensor<?x8xf32>
    %19 = stablehlo.tanh %18 : tensor<?x8xf32>
    %20 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %21 = stablehlo.concatenate %20, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %22 = stablehlo.dynamic_broadcast_in_dim %cst_0, %21, dims = [] : (tensor<f32>, tensor<2xi32>) -> tensor<?x8xf32>
    %23 = stablehlo.subtract %22, %19 : tensor<?x8xf32>
    %24 = stablehlo.reduce(%arg8 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<?x3xf32>, tensor<f32>) -> tensor<3xf32>
    %25 = stablehlo.reshape %24 : (tensor<3xf32>) -> tensor<1x3xf32>
    %26 = stablehlo.reduce(%25 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<1x3xf32>, tensor<f32>) -> tensor<3xf32>
    %27 = stablehlo.dot_general %arg8, %19, contracting_dims = [0] x [0] : (tensor<?x3xf32>, tensor<?x8xf32>) -> tensor<3x8xf32>
    %28 = stablehlo.transpose %27, dims = [1, 0] : (tensor<3x8xf32>) -> tensor<8x3xf32>
    %29 = stablehlo.dot_general %arg8, %arg5, contracting_dims = [1] x [1] : (tensor<?x3xf32>, tensor<8x3xf32>) -> tensor<?x8xf32>
    %30 = stablehlo.multiply %29, %23 : tensor<?x8xf32>
    %31 = stablehlo.multiply %30, %19 : tensor<?x8xf32>
    %32 = stablehlo.add %30, %31 : tensor<?x8xf32>
    %33 = stablehlo.multiply %13, %32 : tensor<?x8xf32>
    %34 = stablehlo.reduce(%33 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<?x8xf32>, tensor<f32>) -> tensor<8xf32>
    %35 = stablehlo.reshape %34 : (tensor<8xf32>) -> tensor<1x8xf32>
    %36 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %37 = stablehlo.concatenate %36, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %38 = stablehlo.dynamic_broadcast_in_dim %14, %37, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %39 = stablehlo.multiply %32, %38 : tensor<?x8xf32>
    %40 = stablehlo.reduce(%35 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<1x8xf32>, tensor<f32>) -> tensor<8xf32>
    %41 = stablehlo.reshape %arg0 : (tensor<i32>) -> tensor<1xi32>
    %42 = stablehlo.concatenate %41, %c, dim = 0 : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
    %43 = stablehlo.dynamic_broadcast_in_dim %9, %42, dims = [0, 1] : (tensor<1x8xf32>, tensor<2xi32>) -> tensor<?x8xf32>
    %44 = stablehlo.divide %39, %43 : tensor<?x8xf32>
    %45 = stablehlo.dot_general %44, %arg1, contracting_dims = [0] x [0] : (tensor<?x8xf32>, tensor<?x6xf32>) -> tensor<8x6xf32>
    %46 = stablehlo.transpose %45, dims = [1, 0] : (tensor<8x6xf32>) -> tensor<6x8xf32>
    %47 = stablehlo.dot_general %44, %arg2, contracting_dims = [1] x [1] : (tensor<?x8xf32>, tensor<6x8xf32>) -> tensor<?x6xf32>
    return %46, %40, %26, %28, %47 : tensor<6x8xf32>, tensor<8xf32>, tensor<3xf32>, tensor<8x3xf32>, tensor<?x6xf32>
  }
}
