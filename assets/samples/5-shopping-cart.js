// A small shopping cart.
export class Cart {
  constructor() {
    this.items = [];
  }

  add(name, price, quantity = 1) {
    this.items.push({ name, price, quantity });
  }

  remove(name) {
    this.items = this.items.filter((item) => item.name !== name);
  }

  total() {
    return this.items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  }

  isEmpty() {
    return this.items.length === 0;
  }
}
