"""Alembic's entry: run migrations on the engine that storage.opening hands over."""

from alembic import context

from storage.database.models import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # two programs starting at once migrate one after the other
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
