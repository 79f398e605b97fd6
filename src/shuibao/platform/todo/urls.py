"""The addresses of 待办."""

from django.urls import path

from shuibao.platform.todo import views

app_name = "todo"

urlpatterns = [path("", views.todo_list, name="list")]
