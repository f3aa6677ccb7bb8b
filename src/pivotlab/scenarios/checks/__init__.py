"""What must hold in any bundle, whatever its size. Each check says what is wrong and where."""
